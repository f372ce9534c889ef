using System.Text;
using SecureExchange.Transparency.Checkpoints;
using SecureExchange.Transparency.Tiles;

namespace SecureExchange.Transparency.Log;

/// <summary>Signs what a log has anew, with the key that has replaced the one before.</summary>
/// <remarks><code>(1) statement, signed by both ─► (2) head ─► (3) checkpoint, signed by both ─► (4) vkey</code>
/// The log itself stays as it is: same size, same root. Each step can be done again, and after a crash has to be, before the log is opened.
/// Nobody may write to the log meanwhile.</remarks>
public static class LogKeyChange
{
    /// <summary>Signs anew.</summary>
    /// <param name="store">The log's.</param>
    /// <param name="epoch">The new key's, from 2.</param>
    /// <param name="old">The key before.</param>
    /// <param name="next">The new one, of the same name.</param>
    /// <param name="ct">Gives up; then do it again.</param>
    /// <exception cref="TransparencyException">The log is neither key's, or is damaged.</exception>
    public static async Task RunAsync(TileStore store, int epoch, NoteSigner old, NoteSigner next, CancellationToken ct)
    {
        await store.CreateAsync(KeyStatement.PathOf(epoch), Encoding.UTF8.GetBytes(KeyStatement.Write(epoch, old, next)), ct); // (1)
        await SwapAsync(store, Head.Path, content => IsBy(content, next) ? null : Head.Open(content, old.Verifier).Encode(next), ct); // (2)
        await SwapAsync(store, Checkpoint.Path, content =>
        {
            var checkpoint = Checkpoint.Open(content.Span, old.Verifier, next.Verifier);
            return checkpoint.Signature.KeyId == next.Verifier.KeyId
                ? null
                : Encoding.UTF8.GetBytes(Checkpoint.Sign(next, checkpoint.Size, checkpoint.Root, old).Note);
        }, ct); // (3)
        var key = Encoding.ASCII.GetBytes($"{next.Verifier}\n");
        await SwapAsync(store, "vkey", content => content.Span.SequenceEqual(key) ? null : key, ct); // (4)
    }

    private static bool IsBy(ReadOnlyMemory<byte> head, NoteSigner signer)
    {
        try
        {
            Head.Open(head, signer.Verifier);
            return true;
        }
        catch (TransparencyException e) when (e.Error == TransparencyError.UnknownKey)
        {
            return false;
        }
    }

    /// <summary>Replaces an object, unless there is none, or it is right.</summary>
    private static async Task SwapAsync(TileStore store, string path, Func<ReadOnlyMemory<byte>, byte[]?> replace, CancellationToken ct)
    {
        while (await store.ReadVersionedAsync(path, ct) is { } stored && replace(stored.Content) is { } content)
        {
            if (await store.SwapAsync(path, content, stored.Version, ct) is not null) return;
        }
    }
}
