using System.Security.Cryptography;

namespace SecureExchange.Cryptography;

/// <summary>AES in full-block cipher feedback mode (NIST SP 800-38A §6.3, CFB-128), as OpenPGP uses it: one pass over a
/// stream that comes in pieces of any size.</summary>
/// <remarks>
/// <para>Confidentiality only. Whoever alters a ciphertext bit alters that plaintext bit: something else MUST
/// authenticate what comes out.</para>
/// <para>.NET's own CFB goes through OpenSSL's, which does neither direction well (650 MB/s). Encrypting is bound by the
/// latency of one block after the other, so the exclusive-or is folded into the last round; decrypting isn't, so eight
/// blocks run side by side. Where the processor has no AES instructions, .NET's own does the work.</para>
/// <para>Not for several threads at once.</para>
/// </remarks>
public sealed class AesCfb : IDisposable
{
    /// <summary>Bytes of a block, and so of an IV.</summary>
    public const int BlockSize = 16;

    private readonly CfbKernel _kernel;
    private readonly AesNiCfbKernel? _hashing;

    // The last block of ciphertext, filling up while _used octets of _keystream are spent: at _used = 16 it's complete.
    private readonly byte[] _register = GC.AllocateArray<byte>(BlockSize, pinned: true);
    private readonly byte[] _keystream = GC.AllocateArray<byte>(BlockSize, pinned: true);
    private int _used = BlockSize;

    /// <summary>Starts a stream.</summary>
    /// <param name="key">16, 24 or 32 octets.</param>
    /// <param name="iv">16 octets.</param>
    /// <exception cref="ArgumentException">A length is wrong.</exception>
    public AesCfb(ReadOnlySpan<byte> key, ReadOnlySpan<byte> iv)
    {
        if (key.Length is not (16 or 24 or 32)) throw new ArgumentException("must be 16, 24 or 32 octets", nameof(key));
        if (iv.Length != BlockSize) throw new ArgumentException("must be 16 octets", nameof(iv));
        _kernel = AesNiCfbKernel.IsSupported ? new AesNiCfbKernel(key) : new PlatformCfbKernel(key);
        _hashing = _kernel is AesNiCfbKernel { CanHash: true } hashing ? hashing : null;
        iv.CopyTo(_register);
    }

    /// <summary>Whether <see cref="EncryptHashing"/> and <see cref="Hash"/> are there.</summary>
    internal bool CanHash => _hashing is not null;

    /// <summary>Encrypts the next octets of the stream.</summary>
    /// <param name="plaintext">Any length.</param>
    /// <param name="ciphertext">Receives as many octets; may be the same memory.</param>
    public void Encrypt(ReadOnlySpan<byte> plaintext, Span<byte> ciphertext)
    {
        ciphertext = ciphertext[..plaintext.Length];
        var done = EncryptWithinBlock(plaintext, ciphertext);
        var whole = (plaintext.Length - done) & -BlockSize;
        if (whole > 0) _kernel.Encrypt(_register, plaintext.Slice(done, whole), ciphertext.Slice(done, whole));
        done += whole;
        if (done == plaintext.Length) return;
        NextKeystream();
        EncryptWithinBlock(plaintext[done..], ciphertext[done..]);
    }

    /// <summary>Decrypts the next octets of the stream.</summary>
    /// <param name="ciphertext">Any length.</param>
    /// <param name="plaintext">Receives as many octets; may be the same memory.</param>
    public void Decrypt(ReadOnlySpan<byte> ciphertext, Span<byte> plaintext)
    {
        plaintext = plaintext[..ciphertext.Length];
        var done = DecryptWithinBlock(ciphertext, plaintext);
        var whole = (ciphertext.Length - done) & -BlockSize;
        if (whole > 0) _kernel.Decrypt(_register, ciphertext.Slice(done, whole), plaintext.Slice(done, whole));
        done += whole;
        if (done == ciphertext.Length) return;
        NextKeystream();
        DecryptWithinBlock(ciphertext[done..], plaintext[done..]);
    }

    /// <summary>For <see cref="AesCfbSha1"/>: encrypts and hashes whole groups, between blocks.</summary>
    internal void EncryptHashing(Span<uint> digest, ReadOnlySpan<byte> plaintext, Span<byte> ciphertext)
    {
        if (_used != BlockSize) throw new InvalidOperationException("inside a block");
        _hashing!.EncryptHashing(_register, digest, plaintext, ciphertext);
    }

    /// <summary>For <see cref="AesCfbSha1"/>: hashes whole groups.</summary>
    internal void Hash(Span<uint> digest, ReadOnlySpan<byte> groups) => _hashing!.Hash(digest, groups);

    /// <summary>Zeroes the key and the state.</summary>
    public void Dispose()
    {
        _kernel.Dispose();
        CryptographicOperations.ZeroMemory(_register);
        CryptographicOperations.ZeroMemory(_keystream);
    }

    private void NextKeystream()
    {
        _kernel.EncryptBlock(_register, _keystream);
        _used = 0;
    }

    private int EncryptWithinBlock(ReadOnlySpan<byte> plaintext, Span<byte> ciphertext)
    {
        var count = Math.Min(BlockSize - _used, plaintext.Length);
        for (var i = 0; i < count; i++, _used++)
            ciphertext[i] = _register[_used] = (byte)(plaintext[i] ^ _keystream[_used]);
        return count;
    }

    private int DecryptWithinBlock(ReadOnlySpan<byte> ciphertext, Span<byte> plaintext)
    {
        var count = Math.Min(BlockSize - _used, ciphertext.Length);
        for (var i = 0; i < count; i++, _used++)
        {
            _register[_used] = ciphertext[i]; // Before the plaintext is written: it may be the same memory.
            plaintext[i] = (byte)(_register[_used] ^ _keystream[_used]);
        }

        return count;
    }
}
