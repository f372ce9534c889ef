using System.Buffers;
using SecureExchange.Masking.Records.Mail;

namespace SecureExchange.Masking.Files;

/// <summary>A message, and the files in it: messages are read like the one that they are in, others by what the profile says of their
/// kind, each through layers of its own.</summary>
/// <remarks><code>
/// message ─► its own record ─► for each file in it: transfer encoding ─► container ─► encoding ─► records ─► … and back
/// </code></remarks>
internal sealed class MessageLayer(MessageCodec codec, MaskingLimits limits, BatchWork work) : DocumentLayer(limits)
{
    /// <summary>Messages within messages, each of which may have parts within parts.</summary>
    private const int MaxDepth = 8;

    private readonly MaskingLimits _limits = limits;

    /// <summary>What comes out of all containers in the message, against what it weighs.</summary>
    private readonly UnpackLimit _unpacked = new(limits);

    protected override void Run(ReadOnlySpan<byte> document, IBufferWriter<byte> output)
    {
        _unpacked.AddPacked(document.Length);
        codec.Mail.Parts = 0;
        RunMessage(document, depth: 0, output);
    }

    private void RunMessage(ReadOnlySpan<byte> message, int depth, IBufferWriter<byte> output)
    {
        if (depth > MaxDepth) throw new RecordException(RecordError.TooDeep, 0, null, $"messages within messages, more than {MaxDepth} deep");
        codec.Begin(kind: -1);
        codec.Mail.Read(message, final: true);
        codec.TakeBatch();
        using var written = new HeldBytes();
        work(message, written);
        var at = 0;
        foreach (var file in codec.Mail.TakeGaps())
        {
            output.Write(written.Written[at..file.Place]);
            at = file.Place;
            RunFile(message[file.Start..file.End], file, depth, output);
        }

        output.Write(written.Written[at..]);
    }

    private void RunFile(ReadOnlySpan<byte> body, MailAttachment file, int depth, IBufferWriter<byte> output)
    {
        if (file.Kind < 0)
        {
            RunMessage(body, depth + 1, output);
            return;
        }

        using var plain = new HeldBytes();
        using var masked = new HeldBytes();
        var name = codec.Mail.NameOf(file.Kind);
        if (!file.Transfer.TryDecode(body, plain)) throw new RecordException(RecordError.NotInEncoding, 0, null, $"attachment {name}: not written as its headers say");
        try
        {
            RunContent(plain.Written, file.Kind, depth, masked);
        }
        catch (RecordException fault)
        {
            throw new RecordException(fault.Error, fault.Row, fault.Field, $"attachment {name}: {fault.Message}");
        }

        if (masked.Written.SequenceEqual(plain.Written))
        {
            output.Write(body);
            return;
        }

        if (!codec.IsReturn && !file.Transfer.IsUsual(body, plain.Written)) codec.Findings.Add("eml.recoded");
        if (!codec.IsReturn && file.Transfer.Lacks(body, masked.Written))
            throw new RecordException(RecordError.NotEncodable, 0, null, $"attachment {name}: what comes out has characters that 7bit doesn't have; say brackets: square, or send it in base64");
        file.Transfer.Encode(body, masked.Written, output);
    }

    private void RunContent(ReadOnlySpan<byte> content, int kind, int depth, IBufferWriter<byte> output)
    {
        if (codec.Attached(kind) is not { } attached)
        {
            RunMessage(content, depth + 1, output);
            return;
        }

        codec.Begin(kind);
        using var layer = Create(attached.Profile, attached.Codec, _limits, RunBatch, _unpacked);
        layer.Push(content, output);
        layer.Complete(output);
    }

    private void RunBatch(ReadOnlySpan<byte> batch, IBufferWriter<byte> output)
    {
        codec.TakeBatch();
        work(batch, output);
    }
}
