using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace SecureExchange.Masking.Records;

/// <summary>The names seen in each object of a JSON record, by keyed hash: two alike are refused, since which one counts is
/// up to the reader. Keyed by chance, so that nobody can prepare names that collide.</summary>
internal sealed class KeySet
{
    private static readonly ulong s_seed = MemoryMarshal.Read<ulong>(RandomNumberGenerator.GetBytes(8)) | 1;

    private ulong[] _slots = new ulong[256];
    private int[] _used = new int[128];
    private int _count;

    public void Clear()
    {
        foreach (var slot in _used.AsSpan(0, _count)) _slots[slot] = 0;
        _count = 0;
    }

    /// <summary>False when the object already has the name.</summary>
    /// <param name="container">Number of the object within its record.</param>
    /// <param name="name">Unescaped.</param>
    public bool Add(int container, ReadOnlySpan<byte> name)
    {
        var hash = HashOf((uint)container, name) | 1; // 0 is a free slot.
        if (_count == _used.Length) Grow();
        var at = (int)(hash >> 32) & (_slots.Length - 1);
        for (; _slots[at] != 0; at = (at + 1) & (_slots.Length - 1))
        {
            if (_slots[at] == hash) return false;
        }

        _slots[at] = hash;
        _used[_count++] = at;
        return true;
    }

    private static ulong HashOf(ulong container, ReadOnlySpan<byte> name)
    {
        var hash = Fold(s_seed ^ container, 0x9E3779B97F4A7C15 ^ (ulong)name.Length);
        for (; name.Length >= 8; name = name[8..]) hash = Fold(hash ^ MemoryMarshal.Read<ulong>(name), s_seed);
        var last = 0UL;
        foreach (var b in name) last = (last << 8) | b;
        return Fold(hash ^ last, s_seed ^ 0xE7037ED1A0B428DB);
    }

    private static ulong Fold(ulong a, ulong b)
    {
        var high = Math.BigMul(a, b, out var low);
        return high ^ low;
    }

    private void Grow()
    {
        var old = _slots;
        _slots = new ulong[2 * old.Length];
        var used = _used;
        _used = new int[2 * used.Length];
        for (var i = 0; i < _count; i++)
        {
            var hash = old[used[i]];
            var at = (int)(hash >> 32) & (_slots.Length - 1);
            while (_slots[at] != 0) at = (at + 1) & (_slots.Length - 1);
            _slots[at] = hash;
            _used[i] = at;
        }
    }
}
