using SecureExchange.Testing;

namespace SecureExchange.Interop.Tests.Forms;

/// <summary>What a message is to be like. One implementation writes it, another reads it.</summary>
internal sealed record Form
{
    /// <summary>Whom it is encrypted to; with neither these nor <see cref="Passphrase"/> it is only signed.</summary>
    public IReadOnlyList<TestKey> Recipients { get; init; } = [];

    /// <summary>A passphrase that opens it.</summary>
    public string? Passphrase { get; init; }

    /// <summary>Who signs it, if anybody.</summary>
    public TestKey? Signer { get; init; }

    /// <summary>Who signs it as well.</summary>
    public TestKey? CoSigner { get; init; }

    /// <summary>Whether it is signed as text (type 0x01, RFC 9580 §5.2.1.2).</summary>
    public bool IsText { get; init; }

    /// <summary>How the signature comes; inside encryption always inline.</summary>
    public SignatureShape Shape { get; init; } = SignatureShape.Inline;

    public Protection Protection { get; init; } = Protection.Version1;

    public Compression Compression { get; init; }

    public bool Armor { get; init; }

    /// <summary>Whether the recipients are named (RFC 9580 §5.1.8).</summary>
    public bool Hidden { get; init; }

    public IReadOnlyList<TestKey> Signers => [.. new[] { Signer, CoSigner }.OfType<TestKey>()];

    public bool IsEncrypted => Recipients.Count > 0 || Passphrase is not null;

    /// <summary>The key that opens it; the last, so that readers have to look for it.</summary>
    public TestKey? Reader => Recipients.Count > 0 ? Recipients[^1] : null;
}
