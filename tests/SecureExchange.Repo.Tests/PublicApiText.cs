using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text;

namespace SecureExchange.Repo.Tests;

/// <summary>An assembly's public surface as text: one line for each type, and one, indented, for each member of it.</summary>
internal static class PublicApiText
{
    private const BindingFlags Declared =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    private static readonly Dictionary<Type, string> s_keywords = new()
    {
        [typeof(void)] = "void",
        [typeof(object)] = "object",
        [typeof(string)] = "string",
        [typeof(bool)] = "bool",
        [typeof(char)] = "char",
        [typeof(byte)] = "byte",
        [typeof(short)] = "short",
        [typeof(ushort)] = "ushort",
        [typeof(int)] = "int",
        [typeof(uint)] = "uint",
        [typeof(long)] = "long",
        [typeof(ulong)] = "ulong",
        [typeof(double)] = "double",
    };

    internal static string Of(Assembly assembly)
    {
        var text = new StringBuilder();
        foreach (var type in assembly.GetExportedTypes().OrderBy(t => t.FullName, StringComparer.Ordinal))
        {
            text.Append(Head(type)).Append('\n');
            foreach (var member in Members(type).Order(StringComparer.Ordinal)) text.Append("  ").Append(member).Append('\n');
        }

        return text.ToString();
    }

    private static string Head(Type type)
    {
        var kind = type switch
        {
            { IsEnum: true } => $"enum : {Name(Enum.GetUnderlyingType(type))}",
            { IsInterface: true } => "interface",
            { IsValueType: true } => type.IsByRefLike ? "ref struct" : "struct",
            { IsAbstract: true, IsSealed: true } => "static class",
            { IsAbstract: true } => "abstract class",
            { IsSealed: true } => "sealed class",
            _ => "class",
        };
        var above = type.IsEnum ? [] : Above(type).Select(Name).Order(StringComparer.Ordinal).ToList();
        return $"{type.Namespace}.{Name(type)}: {kind}{(above.Count > 0 ? " : " : "")}{string.Join(", ", above)}";
    }

    private static IEnumerable<Type> Above(Type type)
    {
        if (type is { IsClass: true, BaseType: { } parent } && parent != typeof(object)) yield return parent;
        foreach (var contract in type.GetInterfaces().Where(i => i.IsPublic)) yield return contract;
    }

    private static IEnumerable<string> Members(Type type)
    {
        if (type.IsEnum)
        {
            foreach (var name in Enum.GetNames(type))
                yield return $"{name} = {Convert.ToInt64(Enum.Parse(type, name), CultureInfo.InvariantCulture)}";
            yield break;
        }

        foreach (var field in type.GetFields(Declared).Where(f => Visible(f) && Ours(f)))
            yield return field.IsLiteral
                ? $"const {Name(field.FieldType)} {field.Name} = {field.GetRawConstantValue()}"
                : $"{(field.IsStatic ? "static " : "")}{(field.IsInitOnly ? "readonly " : "")}{Name(field.FieldType)} {field.Name}";
        foreach (var made in type.GetConstructors(Declared).Where(c => !c.IsStatic && Visible(c) && Ours(c)))
            yield return $"{Access(made)}new({Parameters(made)})";
        foreach (var happening in type.GetEvents(Declared).Where(e => Visible(e.AddMethod!)))
            yield return $"{Access(happening.AddMethod!)}event {Name(happening.EventHandlerType!)} {happening.Name}";
        foreach (var property in type.GetProperties(Declared).Where(Ours))
        {
            var accessors = property.GetAccessors(nonPublic: true).Where(Visible).ToList();
            if (accessors.Count == 0) continue;
            var index = property.GetIndexParameters() is { Length: > 0 } some ? $"[{string.Join(", ", some.Select(Parameter))}]" : "";
            var how = string.Join(" ", accessors.Select(a => (a == property.GetMethod ? "get" : IsInit(a) ? "init" : "set") + ";"));
            yield return $"{Access(accessors[0])}{(accessors[0].IsStatic ? "static " : "")}{Name(property.PropertyType)} {property.Name}{index} {{ {how} }}";
        }

        foreach (var method in type.GetMethods(Declared).Where(m => Visible(m) && Ours(m) && !IsAccessor(m)))
        {
            var generic = method.IsGenericMethod ? $"<{string.Join(", ", method.GetGenericArguments().Select(Name))}>" : "";
            var kind = method.IsStatic ? "static " : method.IsAbstract ? "abstract " : "";
            yield return $"{Access(method)}{kind}{Name(method.ReturnType)} {method.Name}{generic}({Parameters(method)})";
        }
    }

    private static bool IsAccessor(MethodInfo method) =>
        method.IsSpecialName && !method.Name.StartsWith("op_", StringComparison.Ordinal);

    private static bool IsInit(MethodInfo setter) =>
        setter.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit));

    /// <summary>What strangers can reach; a constructor that is private protected isn't.</summary>
    private static bool Visible(MethodBase method) => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly;

    private static bool Visible(FieldInfo field) => field.IsPublic || field.IsFamily || field.IsFamilyOrAssembly;

    /// <summary>Not what the compiler adds to records.</summary>
    private static bool Ours(MemberInfo member) =>
        member.GetCustomAttribute<CompilerGeneratedAttribute>() is null
        && member.Name is not ("EqualityContract" or "PrintMembers" or "<Clone>$")
        || member is MethodInfo { Name: "Deconstruct" };

    private static string Access(MethodBase method) => method.IsPublic ? "" : "protected ";

    private static string Parameters(MethodBase method) => string.Join(", ", method.GetParameters().Select(Parameter));

    private static string Parameter(ParameterInfo parameter)
    {
        var way = parameter.IsOut ? "out " : parameter.IsIn ? "in " : parameter.ParameterType.IsByRef ? "ref " : "";
        var many = parameter.IsDefined(typeof(ParamArrayAttribute)) || parameter.IsDefined(typeof(ParamCollectionAttribute)) ? "params " : "";
        var absent = parameter.HasDefaultValue ? $" = {parameter.RawDefaultValue ?? "default"}" : "";
        return $"{way}{many}{Name(parameter.ParameterType)} {parameter.Name}{absent}";
    }

    private static string Name(Type type)
    {
        if (type.IsByRef) return Name(type.GetElementType()!);
        if (type.IsArray) return Name(type.GetElementType()!) + "[]";
        if (type.IsPointer) return Name(type.GetElementType()!) + "*";
        if (Nullable.GetUnderlyingType(type) is { } value) return Name(value) + "?";
        if (s_keywords.TryGetValue(type, out var keyword)) return keyword;
        if (type.IsGenericParameter) return type.Name;
        var name = type.Name.Split('`')[0];
        var arguments = type.GetGenericArguments();
        if (type.IsNested) (name, arguments) = ($"{Name(type.DeclaringType!)}.{name}", []);
        return arguments.Length == 0 ? name : $"{name}<{string.Join(", ", arguments.Select(Name))}>";
    }
}
