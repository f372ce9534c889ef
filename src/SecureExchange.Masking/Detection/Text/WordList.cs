using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Text;

namespace SecureExchange.Masking.Detection.Text;

/// <summary>What is known of words, by a hash of their letters without case: one look per word of a text.</summary>
internal sealed class WordList
{
    private const int MaxLength = 64;

    /// <summary>The part of an entry that is a word's number; the rest is of its hash.</summary>
    private const ulong NumberMask = 0xffff;

    private readonly TextView _view = new();
    private readonly Dictionary<ulong, int> _numbers = [];
    private readonly List<WordTraits> _traits = [WordTraits.None];
    private readonly List<ContextSet> _contexts = [default];
    private ulong[] _table = [];
    private int _shift;
    private WordTraits[] _frozenTraits = [];
    private ContextSet[] _frozenContexts = [];
    private WordUses[] _uses = [];

    /// <summary>Adds traits to a word.</summary>
    public void Add(string word, WordTraits traits) => _traits[Number(word)] |= traits;

    /// <summary>Notes that a word speaks for an entity.</summary>
    public void AddContext(string word, int entity)
    {
        var number = Number(word);
        _contexts[number] = _contexts[number].With(entity);
    }

    /// <summary>Call when all words are in.</summary>
    public void Freeze()
    {
        if (_traits.Count > (int)NumberMask) throw new InvalidOperationException("too many words");
        var bits = 10;
        while (1 << bits < 4 * _numbers.Count) bits++;
        (_table, _shift) = (new ulong[1 << bits], 64 - bits);
        foreach (var (hash, number) in _numbers)
        {
            var slot = hash >> _shift;
            while (_table[slot] != 0) slot = (slot + 1) & (ulong)(_table.Length - 1);
            _table[slot] = (hash & ~NumberMask) | (uint)number;
        }

        (_frozenTraits, _frozenContexts) = ([.. _traits], [.. _contexts]);
        _uses = [.. _traits.Select((traits, number) => Uses(traits, _contexts[number]))];
    }

    public WordTraits Traits(int word) => _frozenTraits[word];

    public ref readonly ContextSet Contexts(int word) => ref _frozenContexts[word];

    /// <summary>Why one would look at a word more closely.</summary>
    public WordUses Uses(int word) => _uses[word];

    /// <summary>The number of a word; 0 if nothing is known of it.</summary>
    /// <param name="bytes">The word, and what stands behind it.</param>
    /// <param name="length">Up to 16.</param>
    public int Find(Vector128<byte> bytes, int length) => Find(Hash(0, bytes, length));

    /// <summary>The same for a word of more than 16 letters.</summary>
    /// <param name="word">Its first byte; up to 15 bytes behind it are read.</param>
    /// <param name="length">Its length.</param>
    public int FindLong(ref byte word, int length) => length > MaxLength ? 0 : Find(HashLong(ref word, length));

    private int Find(ulong hash)
    {
        for (var slot = hash >> _shift; ; slot = (slot + 1) & (ulong)(_table.Length - 1))
        {
            var entry = _table[slot];
            if ((entry ^ hash) <= NumberMask) return (int)(entry & NumberMask);
            if (entry == 0) return 0;
        }
    }

    private static WordUses Uses(WordTraits traits, in ContextSet contexts)
    {
        const WordTraits Begins = WordTraits.NameLabel | WordTraits.Title | WordTraits.Greeting | WordTraits.SpokenDigit | WordTraits.SpokenSign
            | WordTraits.StreetPrefix | WordTraits.SecretLabel;
        var uses = (traits & Begins) != 0 ? WordUses.Matcher : WordUses.None;
        if ((traits & (WordTraits.FirstName | WordTraits.FamilyName)) != 0) uses |= WordUses.Name;
        return contexts.IsEmpty ? uses : uses | WordUses.Context;
    }

    private int Number(string word)
    {
        Span<byte> padded = stackalloc byte[MaxLength + 16];
        padded.Clear();
        _view.Load(Encoding.UTF8.GetBytes(word));
        if (_view.Length is 0 or > MaxLength || _view.Bytes.ContainsAnyExcept(WordBytes)) throw new ArgumentException($"not one word: '{word}'", nameof(word));
        _view.Bytes.CopyTo(padded);
        ref var number = ref CollectionsMarshal.GetValueRefOrAddDefault(_numbers, HashLong(ref MemoryMarshal.GetReference(padded), _view.Length), out var known);
        if (known) return number;
        _traits.Add(WordTraits.None);
        _contexts.Add(default);
        return number = _traits.Count - 1;
    }

    private static readonly System.Buffers.SearchValues<byte> WordBytes =
        System.Buffers.SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"u8);

    private static ulong HashLong(ref byte word, int length)
    {
        var hash = 0UL;
        for (var i = 0; i < length; i += 16) hash = Hash(hash, Vector128.LoadUnsafe(ref Unsafe.Add(ref word, i)), Math.Min(16, length - i));
        return hash;
    }

    /// <summary>Two words with one hash would be taken for each other: of 2^48 that is left to chance, since a wrong word does no more than
    /// a wrong score.</summary>
    private static ulong Hash(ulong before, Vector128<byte> bytes, int length)
    {
        var within = Vector128.LoadUnsafe(ref MemoryMarshal.GetReference(Within), (nuint)(16 - length));
        var letters = ((bytes | Vector128.Create((byte)0x20)) & within).AsUInt64();
        // The constants' highest bits are set, which those of letters aren't: no product is nought.
        var high = Math.BigMul(letters[0] ^ before ^ 0x9e3779b97f4a7c15, letters[1] ^ 0xc2b2ae3d27d4eb4f, out var low);
        return high ^ low;
    }

    /// <summary>16 bytes from the place 16 - n on: n of all ones, then zeros.</summary>
    private static ReadOnlySpan<byte> Within =>
    [
        255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    ];
}

/// <summary>What a word is looked at for.</summary>
[Flags]
internal enum WordUses : byte
{
    None = 0,

    /// <summary>It speaks for an entity nearby.</summary>
    Context = 1,

    /// <summary>A matcher begins at it.</summary>
    Matcher = 2,

    /// <summary>A name, if it has a capital.</summary>
    Name = 4,
}
