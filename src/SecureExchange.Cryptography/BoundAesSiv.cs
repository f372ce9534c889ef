using System.Buffers.Binary;
using System.Runtime.Intrinsics;
using System.Security.Cryptography;

namespace SecureExchange.Cryptography;

/// <summary>AES-SIV with its associated data already worked in. Usable as long as the <see cref="AesSiv"/> it came from.</summary>
public sealed class BoundAesSiv
{
    private readonly AesCmac _mac;
    private readonly AesBlocks _counter;
    private readonly Vector128<byte> _state;

    internal BoundAesSiv(AesCmac mac, AesBlocks counter, Vector128<byte> state)
    {
        _mac = mac;
        _counter = counter;
        _state = state;
    }

    /// <summary>Encrypts (RFC 5297 §2.6).</summary>
    /// <param name="plaintext">Any length.</param>
    /// <param name="ciphertext">Receives the synthetic IV and the encrypted bytes: <see cref="AesSiv.Overhead"/> more than
    /// the plaintext. It MUST NOT overlap with it.</param>
    public void Encrypt(ReadOnlySpan<byte> plaintext, Span<byte> ciphertext)
    {
        var iv = SyntheticIv(plaintext);
        iv.CopyTo(ciphertext);
        Crypt(iv, plaintext, ciphertext[AesSiv.Overhead..]);
    }

    /// <summary>Decrypts and verifies (RFC 5297 §2.7).</summary>
    /// <param name="ciphertext">What <see cref="Encrypt"/> gave.</param>
    /// <param name="plaintext">Receives <see cref="AesSiv.Overhead"/> bytes less; zeroed when the answer is false.</param>
    /// <returns>False when the ciphertext is too short, altered, or of another key or associated data.</returns>
    public bool TryDecrypt(ReadOnlySpan<byte> ciphertext, Span<byte> plaintext)
    {
        if (ciphertext.Length < AesSiv.Overhead) return false;
        plaintext = plaintext[..(ciphertext.Length - AesSiv.Overhead)];
        var iv = Vector128.Create(ciphertext[..AesSiv.Overhead]);
        Crypt(iv, ciphertext[AesSiv.Overhead..], plaintext);
        // Vector equality looks at all sixteen bytes at once: no time tells which byte differed.
        if (SyntheticIv(plaintext) == iv) return true;
        CryptographicOperations.ZeroMemory(plaintext);
        return false;
    }

    /// <summary>Encrypts many values as <see cref="Encrypt"/> does each, eight side by side: three times as fast for short ones.</summary>
    /// <param name="plaintexts">The values, back to back.</param>
    /// <param name="ends">Where each ends.</param>
    /// <param name="gap">Octets in front of each ciphertext that are the caller's to write, afterwards.</param>
    /// <param name="ciphertexts">Receives a gap and a ciphertext for each value, back to back. It MUST NOT overlap with the plaintexts.</param>
    public void EncryptMany(ReadOnlySpan<byte> plaintexts, ReadOnlySpan<int> ends, int gap, Span<byte> ciphertexts)
    {
        using var lanes = new AesSivLanes(_mac, _counter, _state);
        var (from, to) = (0, 0);
        for (var done = 0; done < ends.Length;)
        {
            if (done + AesBlocks.Lanes <= ends.Length && lanes.Load(plaintexts, from, ends.Slice(done, AesBlocks.Lanes)))
            {
                to += lanes.Crypt(plaintexts, gap, ciphertexts[to..]);
                from = ends[done + AesBlocks.Lanes - 1];
                done += AesBlocks.Lanes;
                continue;
            }

            Encrypt(plaintexts[from..ends[done]], ciphertexts[(to + gap)..]);
            to += gap + AesSiv.Overhead + ends[done] - from;
            from = ends[done++];
        }
    }

    /// <summary>Decrypts many as <see cref="TryDecrypt"/> does each.</summary>
    /// <param name="ciphertexts">A gap and what <see cref="Encrypt"/> gave, back to back.</param>
    /// <param name="ends">Where each ends.</param>
    /// <param name="gap">Octets in front of each ciphertext that aren't looked at.</param>
    /// <param name="plaintexts">Receives the values back to back, each <see cref="AesSiv.Overhead"/> shorter than its ciphertext: nothing for
    /// one that is too short, zeros for one that isn't right.</param>
    /// <param name="valid">Receives for each whether it was right.</param>
    public void TryDecryptMany(ReadOnlySpan<byte> ciphertexts, ReadOnlySpan<int> ends, int gap, Span<byte> plaintexts, Span<bool> valid)
    {
        using var lanes = new AesSivLanes(_mac, _counter, _state);
        var (from, to) = (0, 0);
        for (var done = 0; done < ends.Length;)
        {
            if (done + AesBlocks.Lanes <= ends.Length && lanes.LoadCiphertexts(ciphertexts, from, ends.Slice(done, AesBlocks.Lanes), gap))
            {
                to += lanes.Decrypt(ciphertexts, plaintexts[to..], valid[done..]);
                from = ends[done + AesBlocks.Lanes - 1];
                done += AesBlocks.Lanes;
                continue;
            }

            valid[done] = ends[done] - from > gap && TryDecrypt(ciphertexts[(from + gap)..ends[done]], plaintexts[to..]);
            to += Math.Max(0, ends[done] - from - gap - AesSiv.Overhead);
            from = ends[done++];
        }
    }

    public override string ToString() => "[secret]";

    private Vector128<byte> SyntheticIv(ReadOnlySpan<byte> plaintext)
    {
        if (plaintext.Length >= AesBlocks.BlockSize) return _mac.ComputeXorEnd(plaintext, _state);
        Span<byte> last = stackalloc byte[AesBlocks.BlockSize];
        (AesCmac.Double(_state) ^ AesCmac.Pad(plaintext)).CopyTo(last);
        return _mac.Compute(last);
    }

    /// <summary>CTR mode with the synthetic IV as its counter, two bits of it cleared (RFC 5297 §2.5), so that adding to the
    /// last 32 bits can't carry out of them.</summary>
    private void Crypt(Vector128<byte> iv, ReadOnlySpan<byte> input, Span<byte> output)
    {
        Span<byte> counter = stackalloc byte[AesBlocks.BlockSize];
        Span<byte> stream = stackalloc byte[AesBlocks.BlockSize];
        iv.CopyTo(counter);
        counter[8] &= 0x7f;
        counter[12] &= 0x7f;
        var count = BinaryPrimitives.ReadUInt32BigEndian(counter[12..]);
        for (var at = 0; at < input.Length; at += AesBlocks.BlockSize, count++)
        {
            BinaryPrimitives.WriteUInt32BigEndian(counter[12..], count);
            var key = _counter.Encrypt(Vector128.Create<byte>(counter));
            if (input.Length - at >= AesBlocks.BlockSize)
            {
                (key ^ Vector128.Create(input.Slice(at, AesBlocks.BlockSize))).CopyTo(output[at..]);
                continue;
            }

            key.CopyTo(stream);
            for (var i = at; i < input.Length; i++) output[i] = (byte)(input[i] ^ stream[i - at]);
        }
    }
}
