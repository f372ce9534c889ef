using System.Text;
using System.Text.Json;

namespace SecureExchange.Samples;

/// <summary>A personal value that a sample holds: nobody who reads the masked copy may find it there.</summary>
/// <param name="Row">The data row or record, from 1.</param>
/// <param name="Field">The column or path.</param>
/// <param name="Value">As it stands in the file, quotes off.</param>
public sealed record Planted(long Row, string Field, string Value)
{
    internal byte[] ToJsonLine() => Encoding.UTF8.GetBytes(
        $"{{\"row\":{Row},\"field\":\"{JsonEncodedText.Encode(Field)}\",\"value\":\"{JsonEncodedText.Encode(Value)}\"}}\n");
}
