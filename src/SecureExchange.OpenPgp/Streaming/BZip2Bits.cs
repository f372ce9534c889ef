namespace SecureExchange.OpenPgp.Streaming;

/// <summary>The bits of a BZip2 stream, from the highest of each octet to the lowest.</summary>
/// <remarks>Reading is synchronous, within what <see cref="EnsureAsync"/> has laid at hand.</remarks>
internal sealed class BZip2Bits(OctetReader input)
{
    private ReadOnlyMemory<byte> _ahead;
    private int _at;
    private ulong _bits; // The lowest _count bits are the next ones.
    private int _count;
    private bool _isLast; // What is ahead is all that there is: the end isn't asked for again for each of the last bits.

    /// <summary>Lays so many octets at hand, or all that there are.</summary>
    /// <param name="octets">At most <see cref="OctetSource.MinRequest"/>.</param>
    /// <param name="ct">Gives up.</param>
    public ValueTask EnsureAsync(int octets, CancellationToken ct) =>
        _isLast || _ahead.Length - _at >= octets ? default : FillAsync(octets, ct);

    /// <summary>Takes 1 to 32 bits.</summary>
    public uint Take(int count)
    {
        var value = Peek(count);
        Skip(count);
        return value;
    }

    /// <summary>Looks at 1 to 32 bits; behind the end they are 0.</summary>
    public uint Peek(int count)
    {
        if (_count < count) Load();
        return _count >= count
            ? (uint)(_bits >> (_count - count)) & (uint)((1UL << count) - 1)
            : (uint)(_bits << (count - _count)) & (uint)((1UL << count) - 1);
    }

    /// <summary>Takes bits that were looked at.</summary>
    public void Skip(int count)
    {
        if (_count < count) Throw.Malformed("compressed data end early");
        _count -= count;
        _bits &= (1UL << _count) - 1;
    }

    /// <summary>Goes on to the next whole octet.</summary>
    public void Align() => Skip(_count % 8);

    private void Load()
    {
        var ahead = _ahead.Span;
        while (_count <= 56 && _at < ahead.Length)
        {
            _bits = (_bits << 8) | ahead[_at++];
            _count += 8;
        }
    }

    private async ValueTask FillAsync(int octets, CancellationToken ct)
    {
        input.Skip(_at);
        _at = 0;
        _ahead = await input.PeekAsync(octets, ct);
        _isLast = _ahead.Length < octets;
    }
}
