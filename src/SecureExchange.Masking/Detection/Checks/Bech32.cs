namespace SecureExchange.Masking.Detection.Checks;

/// <summary>Segregated-witness addresses: BIP 173, and BIP 350 for later versions.</summary>
internal static class Bech32
{
    private const uint OfVersion0 = 1;
    private const uint OfLaterVersions = 0x2bc830a3;

    public static bool IsValid(ReadOnlySpan<byte> address)
    {
        if (address.ContainsAnyInRange((byte)'a', (byte)'z') && address.ContainsAnyInRange((byte)'A', (byte)'Z')) return false;
        var alphabet = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"u8;
        uint check = 1;
        foreach (var value in (ReadOnlySpan<byte>)[3, 3, 0, 2, 3]) check = Step(check, value); // "bc", expanded
        foreach (var c in address[3..])
        {
            var value = alphabet.IndexOf((byte)(c is >= (byte)'A' and <= (byte)'Z' ? c | 0x20 : c));
            if (value < 0) return false;
            check = Step(check, (byte)value);
        }

        return check is OfVersion0 or OfLaterVersions;
    }

    private static uint Step(uint check, byte value)
    {
        ReadOnlySpan<uint> generator = [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3];
        var top = check >> 25;
        check = ((check & 0x1ffffff) << 5) ^ value;
        for (var i = 0; i < 5; i++)
        {
            if ((top >> i & 1) != 0) check ^= generator[i];
        }

        return check;
    }
}
