using System.Buffers;
using SecureExchange.Masking.Files.Encodings;
using SecureExchange.Masking.Files.Workbooks;
using SecureExchange.Masking.Files.Zip;
using SecureExchange.Masking.Profiles;
using SecureExchange.Masking.Records;
using SecureExchange.Masking.Records.Mail;

namespace SecureExchange.Masking.Files;

/// <summary>One layer of a file on its way through: takes off what is around the records, lets each batch of them be worked
/// on, and puts the same around what comes out.</summary>
/// <remarks><code>
/// piece ─► container ─► encoding ─► records ─► batch ─► work ─► records ─► encoding ─► container ─► output
/// </code>
/// A line format streams batch by batch, or several batches beside each other (<see cref="LaneLayer"/>). A document format collects the document up to <see cref="MaskingLimits.MaxDocument"/>
/// and gives its cells to the same codec, columns and work: whoever transforms or checks cells never sees which it was.</remarks>
internal abstract class FileLayer : IDisposable
{
    private protected FileLayer()
    {
    }

    /// <summary>The layers that a profile asks for, the outermost first.</summary>
    /// <param name="profile">Says what is around the records.</param>
    /// <param name="codec">Reads and writes the records.</param>
    /// <param name="limits">What a file may ask for.</param>
    /// <param name="work">Works on a batch when the codec has read it, and writes it.</param>
    /// <param name="around">The limit of the message that the file is attached to; null: it is a file by itself.</param>
    /// <param name="lanes">Takes the records instead, several batches at once; null: one batch at a time.</param>
    public static FileLayer Create(MaskingProfile profile, RecordCodec codec, MaskingLimits limits, BatchWork work, UnpackLimit? around = null, LaneLayer? lanes = null)
    {
        if (codec is SheetCodec sheets) return new WorkbookLayer(sheets, profile, limits, work);
        return profile.Layout.Container switch
        {
            Container.Gzip => new GzipLayer(Records(), limits, codec.Findings, around),
            Container.Zip => new ZipLayer(
                codec, new ZipRules(profile.Layout.Entries, codec.IsReturn || profile.Unlisted == UnlistedFields.Drop, profile.Layout.Nested, codec.IsReturn), limits, Records, around),
            _ => Records(),
        };

        FileLayer Records()
        {
            if (codec is MessageCodec message) return new MessageLayer(message, limits, work);
            FileLayer layer = lanes ?? (FileLayer)new RecordLayer(codec, limits.MaxRecord, work);
            return profile.Layout.Encoding == FileEncoding.Utf8 ? layer : new EncodingLayer(layer, profile.Layout.Encoding);
        }
    }

    /// <summary>Takes the next piece of the file, cut anywhere.</summary>
    /// <exception cref="RecordException">The file can't be read as it stands.</exception>
    public abstract void Push(ReadOnlySpan<byte> piece, IBufferWriter<byte> output);

    /// <summary>The file ends here.</summary>
    /// <exception cref="RecordException">What is left isn't whole.</exception>
    public abstract void Complete(IBufferWriter<byte> output);

    public abstract void Dispose();
}

/// <summary>What is done with a batch between its reading and its writing.</summary>
/// <param name="batch">The batch's bytes; its cells are in the codec's columns.</param>
/// <param name="output">Receives the batch.</param>
internal delegate void BatchWork(ReadOnlySpan<byte> batch, IBufferWriter<byte> output);
