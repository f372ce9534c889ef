using System.Security.Cryptography;
using SecureExchange.Access;
using SecureExchange.Gateway.Audit;
using SecureExchange.Gateway.Storage;

namespace SecureExchange.Gateway.Release;

/// <summary>How a fetch stands before its first byte.</summary>
public abstract record FetchResult
{
    private FetchResult()
    {
    }

    /// <summary>Logged, so the bytes may go.</summary>
    public sealed record Ready : FetchResult, IAsyncDisposable
    {
        private const int PieceSize = 64 * 1024;

        private readonly BlobReader _blob;
        private readonly FetchWatch _watch;

        internal Ready(Transfer transfer, SealedPart part, long offset, long length, LoggedEvent logged, BlobReader blob, FetchWatch watch)
        {
            Transfer = transfer;
            Part = part;
            Offset = offset;
            Length = length;
            Logged = logged;
            _blob = blob;
            _watch = watch;
        }

        public Transfer Transfer { get; }

        public SealedPart Part { get; }

        /// <summary>From which byte of the part.</summary>
        public long Offset { get; }

        /// <summary>How many bytes.</summary>
        public long Length { get; }

        public LoggedEvent Logged { get; }

        /// <summary>Whether this is the whole part.</summary>
        public bool IsWhole => Length == Part.Size;

        /// <summary>Sends the bytes. A whole part is compared with its digest, and its last piece stays back until that
        /// agrees; of a range the receiver compares what it has put together.</summary>
        /// <exception cref="DamagedContentException">It doesn't agree; the last piece wasn't sent.</exception>
        /// <exception cref="ReleaseStoppedException">It may not leave any more: the agreement was suspended, say, or the recipient's certificate
        /// revoked. The last piece wasn't sent.</exception>
        public async Task CopyToAsync(Stream output, CancellationToken ct)
        {
            await using var input = await _blob.OpenRangeAsync(Offset, Length, ct);
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            var (held, next) = (new byte[PieceSize], new byte[PieceSize]);
            var heldLength = 0;
            var sent = 0L;
            while (await input.ReadAtLeastAsync(next, PieceSize, throwOnEndOfStream: false, ct) is var length && length > 0)
            {
                // An empty write would begin the answer, and damage that is found before then can be answered properly.
                if (heldLength > 0)
                {
                    if (await _watch.Grant.LookAsync() is { } withdrawn) throw await StoppedAsync(sent, withdrawn);
                    await output.WriteAsync(held.AsMemory(0, heldLength), ct);
                    sent += heldLength;
                }

                if (IsWhole) hash.AppendData(next.AsSpan(0, length));
                (held, next, heldLength) = (next, held, length);
            }

            if (IsWhole && $"sha256:{Convert.ToHexStringLower(hash.GetHashAndReset())}" != Part.Digest)
            {
                throw new DamagedContentException(Transfer.Id, Part.Name, await _watch.DamagedAsync());
            }

            if (await _watch.Grant.AskAsync() is { } reason) throw await StoppedAsync(sent, reason);
            await output.WriteAsync(held.AsMemory(0, heldLength), ct);
            await output.FlushAsync(ct);
            await _watch.EndedAsync();
        }

        /// <summary>Bytes that have gone can't be called back; without the last piece they are no message.</summary>
        private async Task<ReleaseStoppedException> StoppedAsync(long sent, DenialReason reason) =>
            new(Transfer.Id, Part.Name, reason, await _watch.StoppedAsync(sent, reason));

        public ValueTask DisposeAsync() => _blob.DisposeAsync();
    }

    /// <summary>The caller may not.</summary>
    public sealed record Denied(Admission.Refused Refusal) : FetchResult;

    /// <summary>Nothing of this transfer is for the caller's side.</summary>
    public sealed record NotForCaller(LoggedEvent Logged) : FetchResult;

    /// <summary>The range lies outside.</summary>
    public sealed record Unsatisfiable(long Size) : FetchResult;

    /// <summary>The store has lost or cut the part.</summary>
    public sealed record Damaged(LoggedEvent Logged) : FetchResult;
}

/// <summary>What is watched while bytes leave.</summary>
/// <param name="DamagedAsync">Logs that the store's bytes aren't those that were sealed.</param>
/// <param name="StoppedAsync">Logs that the fetch was cut off after so many bytes, and why.</param>
/// <param name="Grant">Whether it may still leave: by the agreement as it stands, and by the certificate that it is sealed to.</param>
/// <param name="EndedAsync">Notes that all of it has left.</param>
internal sealed record FetchWatch(
    Func<ValueTask<LoggedEvent>> DamagedAsync, Func<long, DenialReason, ValueTask<LoggedEvent>> StoppedAsync, GrantWatch Grant, Func<Task> EndedAsync);

/// <summary>What the store gave isn't what was sealed.</summary>
public sealed class DamagedContentException(TransferId transfer, string part, LoggedEvent logged)
    : Exception($"transfer {transfer}, {part}: the store's bytes aren't those that were sealed")
{
    /// <summary>The event that says so.</summary>
    public LoggedEvent Logged { get; } = logged;
}

/// <summary>Content may not leave any more, and was on its way.</summary>
public sealed class ReleaseStoppedException(TransferId transfer, string part, DenialReason reason, LoggedEvent logged)
    : Exception($"transfer {transfer}, {part}: cut off ({reason})")
{
    /// <summary>Why.</summary>
    public DenialReason Reason { get; } = reason;

    /// <summary>The event that says so.</summary>
    public LoggedEvent Logged { get; } = logged;
}
