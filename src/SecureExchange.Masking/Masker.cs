using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using SecureExchange.Masking.Profiles;

namespace SecureExchange.Masking;

/// <summary>Masks one transfer: records in, masked records and the manifest out.</summary>
/// <remarks>Not safe for several threads. After an exception the masker is done: what it wrote MUST be thrown away.</remarks>
public sealed class Masker : IDisposable
{
    /// <param name="profile">What becomes of which field.</param>
    /// <param name="keys">The agreement's; not disposed by the masker.</param>
    /// <param name="manifestKey">32 bytes, this transfer's own: the manifest's tags mean nothing without it.</param>
    /// <param name="limits">Null for the defaults.</param>
    public Masker(MaskingProfile profile, MaskingKeys keys, ReadOnlySpan<byte> manifestKey, MaskingLimits? limits = null) =>
        throw new NotImplementedException();

    /// <summary>Masks the next piece of the file, cut anywhere. What is incomplete waits for the next call.</summary>
    /// <exception cref="RecordException">The file can't be masked as it stands.</exception>
    public void Mask(ReadOnlySpan<byte> plaintext, IBufferWriter<byte> masked, IBufferWriter<byte> manifest) =>
        throw new NotImplementedException();

    /// <summary>The file ends here: masks what is left and closes the manifest.</summary>
    /// <exception cref="RecordException">What is left isn't a whole record.</exception>
    public void Complete(IBufferWriter<byte> masked, IBufferWriter<byte> manifest) => throw new NotImplementedException();

    /// <summary>Masks one NDJSON record by itself. On a fault nothing is written, and the next record may follow.</summary>
    /// <param name="line">One JSON object, with or without its line end; the output ends with one.</param>
    /// <param name="masked">Receives the masked line.</param>
    /// <param name="manifest">Receives the record's part of the manifest; <see cref="Complete"/> closes it.</param>
    /// <param name="fault">Why the record was refused. Its row counts every line given so far, refused ones too.</param>
    /// <exception cref="InvalidOperationException">The profile's format isn't NDJSON, or <see cref="Mask"/> was used.</exception>
    public bool TryMaskRecord(
        ReadOnlySpan<byte> line, IBufferWriter<byte> masked, IBufferWriter<byte> manifest,
        [NotNullWhen(false)] out RecordException? fault) => throw new NotImplementedException();

    /// <summary>What was done so far.</summary>
    public MaskingReport Report => throw new NotImplementedException();

    public void Dispose() => throw new NotImplementedException();
}
