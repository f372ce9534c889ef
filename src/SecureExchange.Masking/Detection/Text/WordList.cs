using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace SecureExchange.Masking.Detection.Text;

/// <summary>What is known of words, by a hash of their letters without case: one look per word of a text.</summary>
internal sealed class WordList
{
    private readonly Dictionary<ulong, int> _numbers = [];
    private readonly List<WordTraits> _traits = [WordTraits.None];
    private readonly List<ContextSet> _contexts = [default];
    private ulong[] _hashes = new ulong[1024];
    private int[] _words = new int[1024];
    private WordTraits[] _frozenTraits = [];
    private ContextSet[] _frozenContexts = [];

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
        var size = 1024;
        while (size < 3 * _numbers.Count) size *= 2;
        (_hashes, _words) = (new ulong[size], new int[size]);
        foreach (var (hash, number) in _numbers)
        {
            var slot = (int)(hash >> 32) & (size - 1);
            while (_words[slot] != 0) slot = (slot + 1) & (size - 1);
            (_hashes[slot], _words[slot]) = (hash, number);
        }

        (_frozenTraits, _frozenContexts) = ([.. _traits], [.. _contexts]);
    }

    public WordTraits Traits(int word) => _frozenTraits[word];

    public ref readonly ContextSet Contexts(int word) => ref _frozenContexts[word];

    /// <summary>The number of a word; 0 if nothing is known of it.</summary>
    public int Find(ReadOnlySpan<byte> padded, int start, int end)
    {
        var hash = Hash(padded, start, end - start);
        var slot = (int)(hash >> 32) & (_words.Length - 1);
        while (_words[slot] != 0)
        {
            if (_hashes[slot] == hash) return _words[slot];
            slot = (slot + 1) & (_words.Length - 1);
        }

        return 0;
    }

    private int Number(string word)
    {
        Span<byte> padded = stackalloc byte[64 + 8];
        padded.Clear();
        var view = new TextView();
        view.Load(Encoding.UTF8.GetBytes(word));
        if (view.Length is 0 or > 64 || view.Bytes.ContainsAnyExcept(WordBytes)) throw new ArgumentException($"not one word: '{word}'", nameof(word));
        view.Bytes.CopyTo(padded);
        ref var number = ref CollectionsMarshal.GetValueRefOrAddDefault(_numbers, Hash(padded, 0, view.Length), out var known);
        if (known) return number;
        _traits.Add(WordTraits.None);
        _contexts.Add(default);
        return number = _traits.Count - 1;
    }

    private static readonly System.Buffers.SearchValues<byte> WordBytes =
        System.Buffers.SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"u8);

    /// <summary>Reads up to 7 bytes behind the word. Two words with one hash would be taken for each other: of 2^64 that is
    /// left to chance, since a wrong word does no more than a wrong score.</summary>
    private static ulong Hash(ReadOnlySpan<byte> padded, int start, int length)
    {
        ref var bytes = ref Unsafe.Add(ref MemoryMarshal.GetReference(padded), start);
        var hash = (ulong)length;
        for (var i = 0; i < length; i += 8)
        {
            var eight = Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref bytes, i)) | 0x2020202020202020;
            if (length - i < 8) eight &= (1UL << ((length - i) * 8)) - 1;
            hash = (hash ^ eight) * 0x9e3779b97f4a7c15;
            hash ^= hash >> 29;
        }

        return hash;
    }
}
