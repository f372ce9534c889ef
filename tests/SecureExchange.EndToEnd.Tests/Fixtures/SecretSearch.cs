using System.Buffers;
using System.Text;

namespace SecureExchange.EndToEnd.Tests.Fixtures;

/// <summary>Looks for values in bytes: as they are, in base64 at each of its three alignments, and in hex of both cases.</summary>
internal sealed class SecretSearch
{
    /// <summary>Shorter values turn up in random bytes by chance.</summary>
    private const int MinLength = 6;

    private readonly SearchValues<string> _forms;
    private readonly Dictionary<string, string> _valueOf = new(StringComparer.Ordinal);

    internal SecretSearch(IEnumerable<string> values)
    {
        foreach (var value in values)
        {
            var bytes = Encoding.UTF8.GetBytes(value);
            if (bytes.Length < MinLength) continue;
            foreach (var form in FormsOf(bytes)) _valueOf[form] = value;
        }

        Assert.NotEmpty(_valueOf);
        _forms = SearchValues.Create([.. _valueOf.Keys], StringComparison.Ordinal);
    }

    /// <summary>The first value that occurs; null where none does.</summary>
    internal string? Find(ReadOnlySpan<byte> content)
    {
        var text = Encoding.Latin1.GetString(content);
        var at = text.AsSpan().IndexOfAny(_forms);
        return at < 0 ? null : _valueOf.First(form => text.AsSpan(at).StartsWith(form.Key, StringComparison.Ordinal)).Value;
    }

    private static IEnumerable<string> FormsOf(byte[] bytes)
    {
        yield return Encoding.Latin1.GetString(bytes);
        yield return Convert.ToHexString(bytes);
        yield return Convert.ToHexStringLower(bytes);
        for (var before = 0; before < 3; before++)
        {
            // Without the characters that also hold bits of what stands before and after.
            var encoded = Convert.ToBase64String([.. new byte[before], .. bytes]);
            var from = before == 0 ? 0 : before + 1;
            var to = (before + bytes.Length) * 8 / 6;
            yield return encoded[from..to];
            yield return encoded[from..to].Replace('+', '-').Replace('/', '_');
        }
    }
}
