namespace SecureExchange.Masking.Transforms;

/// <summary>Passes a field on as it came, byte for byte.</summary>
internal static class Keep
{
    public static TransformRule Declare(TransformOptions options) => new(Bind: null) { TellsRowsApart = true };
}
