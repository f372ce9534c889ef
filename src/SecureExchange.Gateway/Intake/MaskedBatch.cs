using SecureExchange.Access;
using SecureExchange.Gateway.Keys;
using SecureExchange.Masking;
using SecureExchange.Masking.Profiles;
using SecureExchange.Masking.Tokens;

namespace SecureExchange.Gateway.Intake;

/// <summary>A batch of records in memory: as they came, masked, and their manifest. Zeroed when disposed.</summary>
internal sealed class MaskedBatch : IDisposable
{
    private readonly MaskingKeys _keys;
    private readonly Masker _masker;
    private readonly PlaintextWriter _original = new();
    private readonly PlaintextWriter _masked = new();
    private readonly PlaintextWriter _manifest = new();
    private readonly PlaintextWriter? _kept;

    internal MaskedBatch(MaskingProfile profile, AgreementKey agreementKey, int keyEpoch, ReadOnlySpan<byte> tagKey, TokenMap? tokens, bool keepsOriginals)
    {
        _kept = keepsOriginals ? new PlaintextWriter() : null;
        _keys = agreementKey.MaskingKeys(keyEpoch);
        _keys.Map = tokens;
        _masker = new Masker(profile, _keys, tagKey, new MaskingLimits { Lanes = 1 }); // Records come one by one.
    }

    internal ReadOnlyMemory<byte> Original => _original.Written;

    internal ReadOnlyMemory<byte> Masked => _masked.Written;

    internal ReadOnlyMemory<byte> Manifest => _manifest.Written;

    /// <summary>The values that don't turn back; null where nobody keeps them.</summary>
    internal ReadOnlyMemory<byte>? Kept => _kept?.Written;

    internal MaskingReport Report => _masker.Report;

    /// <summary>Masks the lines that were gathered, each by itself.</summary>
    internal IReadOnlyList<RecordVerdict> Mask(TransferId transfer, RecordLines lines)
    {
        var verdicts = new List<RecordVerdict>(lines.Count);
        for (var i = 0; i < lines.Count; i++)
        {
            var line = lines[i];
            if (line.Span.Trim(" \t\r"u8).IsEmpty) continue; // NDJSON allows parsers to pass over empty lines.
            var before = _masker.Report.Records;
            if (_masker.TryMaskRecord(line.Span, _masked, _manifest, out var fault, _kept) && _masker.Report.Records == before)
            {
                verdicts.Add(new RecordVerdict(lines.FirstLine + i, Record: null, Fault: null));
            }
            else if (fault is null)
            {
                line.Span.CopyTo(_original.GetSpan(line.Length + 1));
                _original.Advance(line.Length);
                _original.GetSpan(1)[0] = (byte)'\n';
                _original.Advance(1);
                verdicts.Add(new RecordVerdict(lines.FirstLine + i, $"{transfer}/{_masker.Report.Records}", Fault: null));
            }
            else
            {
                var number = lines.FirstLine + i;
                verdicts.Add(new RecordVerdict(number, Record: null, TransferFault.Of(fault) with { Row = number }));
            }
        }

        _masker.Complete(_masked, _manifest, _kept);
        return verdicts;
    }

    public void Dispose()
    {
        _masker.Dispose();
        _keys.Dispose();
        _original.Dispose();
        _masked.Dispose();
        _manifest.Dispose();
        _kept?.Dispose();
    }
}
