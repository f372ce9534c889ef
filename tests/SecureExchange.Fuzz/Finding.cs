using SecureExchange.Fuzz.Targets;

namespace SecureExchange.Fuzz;

/// <summary>An input, and what came of it.</summary>
internal sealed record Finding(Target Target, byte[] Input, long Number, string What)
{
    /// <summary>Where inputs are written that did what must not be.</summary>
    public static string Folder { get; set; } = "artifacts/fuzz";

    /// <summary>Writes the input into a file whose name says how to execute it again.</summary>
    /// <returns>The file's path.</returns>
    public string Write(string what)
    {
        Directory.CreateDirectory(Folder);
        var path = Path.Combine(Folder, $"{Target.Name}.{what}.{Number}.bin");
        File.WriteAllBytes(path, Input);
        return path;
    }
}
