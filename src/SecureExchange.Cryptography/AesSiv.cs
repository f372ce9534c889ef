namespace SecureExchange.Cryptography;

/// <summary>AES-SIV (RFC 5297): deterministic authenticated encryption. The same plaintext under the same associated
/// data gives the same ciphertext; a changed one doesn't open.</summary>
/// <remarks>Associated data is given first and worked in once, since many values share it: see <see cref="Bind"/>.</remarks>
public sealed class AesSiv : IDisposable
{
    /// <summary>Bytes that a ciphertext is longer than its plaintext: the synthetic IV in front.</summary>
    public const int Overhead = 16;

    private readonly AesCmac _mac;
    private readonly AesBlocks _counter;

    /// <param name="key">32, 48 or 64 bytes: one half for S2V, one for CTR (RFC 5297 §2.2).</param>
    /// <exception cref="ArgumentException">The length is wrong.</exception>
    public AesSiv(ReadOnlySpan<byte> key)
    {
        if (key.Length is not (32 or 48 or 64)) throw new ArgumentException("must be 32, 48 or 64 bytes", nameof(key));
        _mac = new AesCmac(key[..(key.Length / 2)]);
        _counter = new AesBlocks(key[(key.Length / 2)..]);
    }

    /// <summary>Works associated data in (the first part of S2V, RFC 5297 §2.4).</summary>
    /// <param name="associatedData">Any number of strings up to 126, a nonce last if there is one.</param>
    public BoundAesSiv Bind(params ReadOnlySpan<byte[]> associatedData)
    {
        if (associatedData.Length > 126) throw new ArgumentException("at most 126 strings (RFC 5297 §7)", nameof(associatedData));
        var state = _mac.Compute(new byte[AesBlocks.BlockSize]);
        foreach (var data in associatedData) state = AesCmac.Double(state) ^ _mac.Compute(data);
        return new BoundAesSiv(_mac, _counter, state);
    }

    public override string ToString() => "[secret]";

    public void Dispose()
    {
        _mac.Dispose();
        _counter.Dispose();
    }
}
