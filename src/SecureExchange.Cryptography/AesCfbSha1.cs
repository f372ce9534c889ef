using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace SecureExchange.Cryptography;

/// <summary>Encrypts a stream by AES-CFB and works out the SHA-1 of its plaintext in the same pass, as OpenPGP's first
/// kind of integrity protection wants both (RFC 9580 §5.13.1).</summary>
/// <remarks>
/// <para>With AES-256, on a processor with AES instructions, both are woven into one (<see cref="AesCfbSha1Kernel"/>) and
/// SHA-1 costs nothing beside the cipher. Otherwise <see cref="AesCfb"/> and the platform's SHA-1 take turns while the
/// octets are in the cache.</para>
/// <para>SHA-1 isn't collision resistant: this is for a digest that is encrypted itself, and for nothing else. Not for
/// several threads at once.</para>
/// </remarks>
public sealed class AesCfbSha1 : IDisposable
{
    /// <summary>Octets of a digest.</summary>
    public const int DigestSize = 20;

    private const int GroupSize = AesCfbSha1Kernel.GroupSize;
    private const int LengthSize = 8;
    private const int Slice = 16 * 1024; // Both passes over it find it in the first-level cache.

    private static ReadOnlySpan<uint> InitialState => [0x67452301, 0xEFCDAB89, 0x98BADCFE, 0x10325476, 0xC3D2E1F0];

    private readonly AesCfb _cfb;
    private readonly IncrementalHash? _platform;
    private readonly uint[] _state = GC.AllocateArray<uint>(AesCfbSha1Kernel.DigestWords, pinned: true);
    private readonly byte[] _group = GC.AllocateArray<byte>(GroupSize, pinned: true); // Its start waits to be hashed.
    private long _hashed;
    private bool _isFinished;

    /// <summary>Starts a stream.</summary>
    /// <param name="key">16, 24 or 32 octets.</param>
    /// <param name="iv">16 octets.</param>
    /// <exception cref="ArgumentException">A length is wrong.</exception>
    public AesCfbSha1(ReadOnlySpan<byte> key, ReadOnlySpan<byte> iv)
    {
        _cfb = new AesCfb(key, iv);
        if (_cfb.CanHash) InitialState.CopyTo(_state);
        else _platform = IncrementalHash.CreateHash(HashAlgorithmName.SHA1);
    }

    private int Waiting => (int)(_hashed % GroupSize);

    /// <summary>Encrypts the next octets of the stream, and hashes them.</summary>
    /// <param name="plaintext">Any length.</param>
    /// <param name="ciphertext">Receives as many octets; may be the same memory.</param>
    public void Encrypt(ReadOnlySpan<byte> plaintext, Span<byte> ciphertext)
    {
        if (_isFinished) _cfb.Encrypt(plaintext, ciphertext);
        else if (_platform is not null) EncryptInTurn(_platform, plaintext, ciphertext);
        else EncryptWoven(plaintext, ciphertext);
    }

    /// <summary>Ends the digest. What is encrypted from now on isn't hashed.</summary>
    /// <param name="digest">Receives the 20 octets of SHA-1 of all plaintext so far.</param>
    /// <exception cref="InvalidOperationException">It was ended before.</exception>
    public void FinishDigest(Span<byte> digest)
    {
        if (_isFinished) throw new InvalidOperationException("the digest was taken");
        _isFinished = true;
        if (_platform is not null)
        {
            _platform.GetHashAndReset(digest);
            return;
        }

        // FIPS 180-4 §5.1.1: a one bit, zeros, and the length in bits, up to a whole block.
        Span<byte> padded = stackalloc byte[2 * GroupSize];
        padded.Clear();
        _group.AsSpan(0, Waiting).CopyTo(padded);
        padded[Waiting] = 0x80;
        padded = padded[..(Waiting < GroupSize - LengthSize ? GroupSize : 2 * GroupSize)];
        BinaryPrimitives.WriteInt64BigEndian(padded[^LengthSize..], _hashed * 8);
        _cfb.Hash(_state, padded);
        CryptographicOperations.ZeroMemory(padded);
        for (var i = 0; i < _state.Length; i++) BinaryPrimitives.WriteUInt32BigEndian(digest[(4 * i)..], _state[i]);
    }

    public override string ToString() => "[secret]";

    /// <summary>Zeroes the key and the state.</summary>
    public void Dispose()
    {
        _cfb.Dispose();
        _platform?.Dispose();
        CryptographicOperations.ZeroMemory(_group);
        CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(_state.AsSpan()));
    }

    private void EncryptInTurn(IncrementalHash hash, ReadOnlySpan<byte> plaintext, Span<byte> ciphertext)
    {
        for (var at = 0; at < plaintext.Length; at += Slice)
        {
            var slice = plaintext[at..Math.Min(plaintext.Length, at + Slice)];
            hash.AppendData(slice); // Before it is overwritten: it may be the same memory.
            _cfb.Encrypt(slice, ciphertext[at..]);
        }
    }

    private void EncryptWoven(ReadOnlySpan<byte> plaintext, Span<byte> ciphertext)
    {
        ciphertext = ciphertext[..plaintext.Length];
        var first = Math.Min(plaintext.Length, (GroupSize - Waiting) % GroupSize);
        EncryptWithinGroup(plaintext[..first], ciphertext);
        var whole = (plaintext.Length - first) & -GroupSize;
        if (whole > 0) _cfb.EncryptHashing(_state, plaintext.Slice(first, whole), ciphertext[first..]);
        _hashed += whole;
        EncryptWithinGroup(plaintext[(first + whole)..], ciphertext[(first + whole)..]);
    }

    /// <summary>The odd octets at the start and the end of a piece: what doesn't go further than a group's end.</summary>
    private void EncryptWithinGroup(ReadOnlySpan<byte> plaintext, Span<byte> ciphertext)
    {
        if (plaintext.IsEmpty) return;
        plaintext.CopyTo(_group.AsSpan(Waiting));
        _cfb.Encrypt(plaintext, ciphertext);
        _hashed += plaintext.Length;
        if (Waiting == 0) _cfb.Hash(_state, _group);
    }
}
