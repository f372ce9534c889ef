using System.Buffers.Binary;
using System.Numerics;
using System.Security.Cryptography;

namespace SecureExchange.Cryptography.Tests;

/// <summary>FF1 as SP 800-38G writes it, step by step, with big integers and the platform's AES: slow, and to be read next
/// to the standard.</summary>
internal sealed class Ff1Oracle(byte[] key, int radix, byte[] tweak)
{
    public int[] Encrypt(int[] x)
    {
        var n = x.Length;
        var u = n / 2;                                                                    // 1
        var v = n - u;
        var (a, b) = (Num(x[..u]), Num(x[u..]));                                          // 2
        var byteCount = ((int)(BigInteger.Pow(radix, v) - 1).GetBitLength() + 7) / 8;     // 3
        var d = (4 * ((byteCount + 3) / 4)) + 4;                                          // 4
        var p = P(n, u);                                                                  // 5
        for (var i = 0; i < 10; i++)                                                      // 6
        {
            var m = i % 2 == 0 ? u : v;                                                   // 6.v
            var c = (a + Y(p, i, b, byteCount, d)) % BigInteger.Pow(radix, m);            // 6.vi
            (a, b) = (b, c);                                                              // 6.viii, 6.ix
        }

        return [.. Str(a, u), .. Str(b, v)];                                              // 7
    }

    private byte[] P(int n, int u)
    {
        var p = new byte[16];
        BinaryPrimitives.WriteInt32BigEndian(p.AsSpan(2), radix);
        (p[0], p[1], p[2]) = (1, 2, 1);
        (p[6], p[7]) = (10, (byte)(u % 256));
        BinaryPrimitives.WriteInt32BigEndian(p.AsSpan(8), n);
        BinaryPrimitives.WriteInt32BigEndian(p.AsSpan(12), tweak.Length);
        return p;
    }

    private BigInteger Y(byte[] p, int i, BigInteger b, int byteCount, int d)
    {
        var number = b.ToByteArray(isUnsigned: true, isBigEndian: true);
        var zeros = (((-tweak.Length - byteCount - 1) % 16) + 16) % 16;
        byte[] padded = [.. new byte[Math.Max(0, byteCount - number.Length)], .. number];
        byte[] q = [.. tweak, .. new byte[zeros], (byte)i, .. padded[^byteCount..]];
        using var aes = Aes.Create();
        aes.SetKey(key);
        byte[] input = [.. p, .. q];
        var r = aes.EncryptCbc(input, new byte[16], PaddingMode.None)[^16..];
        List<byte> s = [.. r];
        for (var j = 1; s.Count < d; j++)
        {
            var block = r.ToArray();
            for (var k = 0; k < 4; k++) block[15 - k] ^= (byte)(j >> (8 * k));
            s.AddRange(aes.EncryptEcb(block, PaddingMode.None));
        }

        return new BigInteger(s.Take(d).ToArray(), isUnsigned: true, isBigEndian: true);
    }

    private BigInteger Num(int[] numerals) => numerals.Aggregate(BigInteger.Zero, (sum, numeral) => (sum * radix) + numeral);

    private int[] Str(BigInteger number, int length)
    {
        var numerals = new int[length];
        for (var i = length - 1; i >= 0; i--) (number, numerals[i]) = (number / radix, (int)(number % radix));
        return numerals;
    }
}
