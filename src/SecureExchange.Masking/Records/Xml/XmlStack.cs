using System.Security.Cryptography;

namespace SecureExchange.Masking.Records.Xml;

/// <summary>The elements that are open, with their names and how often each part was seen in them.</summary>
internal sealed class XmlStack
{
    private XmlFrame[] _frames = new XmlFrame[16];
    private int[][] _counts = [.. Enumerable.Repeat(Array.Empty<int>(), 17)];
    private byte[] _names = new byte[512];

    public int Depth { get; private set; }

    public ref XmlFrame Top => ref _frames[Depth - 1];

    public ref XmlFrame At(int depth) => ref _frames[depth];

    public ReadOnlySpan<byte> NameAt(int depth) => _names.AsSpan(_frames[depth].NameStart, _frames[depth].NameLength);

    public void Clear()
    {
        Depth = 0;
        Array.Clear(_counts[0]);
    }

    public void Push(in XmlFrame frame, ReadOnlySpan<byte> name)
    {
        if (Depth == _frames.Length)
        {
            Array.Resize(ref _frames, 2 * Depth);
            Array.Resize(ref _counts, (2 * Depth) + 1);
            for (var i = Depth + 1; i < _counts.Length; i++) _counts[i] = [];
        }

        var start = Depth == 0 ? 0 : _frames[Depth - 1].NameStart + _frames[Depth - 1].NameLength;
        if (start + name.Length > _names.Length) Array.Resize(ref _names, 2 * (start + name.Length));
        name.CopyTo(_names.AsSpan(start));
        _frames[Depth] = frame;
        _frames[Depth].NameStart = start;
        _frames[Depth].NameLength = name.Length;
        Depth++;
        Array.Clear(_counts[Depth]);
    }

    public void Pop() => Depth--;

    /// <summary>Counts a part of the innermost element.</summary>
    /// <returns>How often it was there, this time included.</returns>
    public int Count(int part)
    {
        ref var counts = ref _counts[Depth];
        if (part >= counts.Length) Array.Resize(ref counts, Math.Max(part + 1, 2 * counts.Length));
        return ++counts[part];
    }

    public void Zero() => CryptographicOperations.ZeroMemory(_names);
}
