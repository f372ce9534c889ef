using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace SecureExchange.Transparency.Checkpoints;

/// <summary>A text signed by one or more keys (C2SP signed-note).</summary>
public sealed class SignedNote
{
    internal const string SignaturePrefix = "\u2014 ";

    /// <summary>Each signature costs a verification, and a sender could add as many as he likes. signed-note asks for 16
    /// at least.</summary>
    private const int MaxSignatures = 100;

    /// <summary>A note is held in memory whole: 100 signatures of 5 kB and a text.</summary>
    private const int MaxBytes = 1_000_000;

    private static readonly UTF8Encoding s_utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private SignedNote(string text, IReadOnlyList<NoteSignature> verified, IReadOnlyList<NoteSignature> unverified)
    {
        Text = text;
        Verified = verified;
        Unverified = unverified;
    }

    /// <summary>The signed text, its final newline included.</summary>
    public string Text { get; }

    /// <summary>The signatures by keys that were given, all of them valid; at least one.</summary>
    public IReadOnlyList<NoteSignature> Verified { get; }

    /// <summary>The signatures by other keys. Nothing is known of them.</summary>
    public IReadOnlyList<NoteSignature> Unverified { get; }

    /// <summary>Reads a note and verifies every signature by one of the keys.</summary>
    /// <exception cref="TransparencyException">It is malformed, signed by none of them, or one of their signatures is
    /// false: then the whole note is refused.</exception>
    public static SignedNote Open(ReadOnlySpan<byte> note, params ReadOnlySpan<NoteVerifier> verifiers)
    {
        var known = new Dictionary<(string, uint), NoteVerifier>();
        foreach (var verifier in verifiers)
        {
            if (!known.TryAdd((verifier.Name, verifier.KeyId), verifier))
                throw new TransparencyException(TransparencyError.AmbiguousKeys);
        }

        var (text, signatures) = Split(note);
        var signed = Encoding.UTF8.GetBytes(text);
        var verified = new List<NoteSignature>();
        var unverified = new List<NoteSignature>();
        foreach (var signature in signatures)
        {
            if (!known.TryGetValue((signature.Name, signature.KeyId), out var verifier)) unverified.Add(signature);
            else if (verifier.Verify(signed, signature.Bytes.Span)) verified.Add(signature);
            else throw new TransparencyException(TransparencyError.InvalidSignature);
        }

        return verified.Count > 0
            ? new SignedNote(text, verified, unverified)
            : throw new TransparencyException(TransparencyError.UnknownKey);
    }

    /// <summary>Whether signed-note allows this as a text: ends in a newline, no other control characters.</summary>
    internal static bool IsText(ReadOnlySpan<char> text) => text.EndsWith("\n") && !HasControls(text);

    private static bool HasControls(ReadOnlySpan<char> text)
    {
        foreach (var c in text)
        {
            if (c < ' ' && c != '\n') return true;
        }

        return false;
    }

    private static (string Text, List<NoteSignature> Signatures) Split(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > MaxBytes) throw Malformed();
        string note;
        try
        {
            note = s_utf8.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            throw Malformed();
        }

        // The last empty line, since the text may have some of its own.
        var split = note.LastIndexOf("\n\n", StringComparison.Ordinal);
        if (split < 0 || HasControls(note) || !note.EndsWith('\n') || split + 2 == note.Length) throw Malformed();

        var signatures = new List<NoteSignature>();
        var seen = new HashSet<(string, uint)>();
        var count = 0;
        foreach (var line in note[(split + 2)..^1].Split('\n'))
        {
            if (++count > MaxSignatures) throw Malformed();
            if (!TryReadLine(line, out var signature)) throw Malformed();
            if (seen.Add((signature.Name, signature.KeyId))) signatures.Add(signature);
        }

        return (note[..(split + 1)], signatures);
    }

    /// <summary>Reads a signature line without its newline.</summary>
    internal static bool TryReadLine(ReadOnlySpan<char> line, [NotNullWhen(true)] out NoteSignature? signature)
    {
        signature = null;
        if (!line.StartsWith(SignaturePrefix, StringComparison.Ordinal)) return false;
        line = line[SignaturePrefix.Length..];
        var space = line.IndexOf(' ');
        if (space < 0 || !VerifierKey.IsName(line[..space])
            || !StrictBase64.TryDecode(line[(space + 1)..], out var bytes) || bytes.Length <= sizeof(uint))
        {
            return false;
        }

        signature = new NoteSignature(
            line[..space].ToString(), BinaryPrimitives.ReadUInt32BigEndian(bytes), bytes.AsMemory(sizeof(uint)));
        return true;
    }

    private static TransparencyException Malformed() => new(TransparencyError.MalformedNote);
}
