using SecureExchange.Interop.Tests.Forms;
using SecureExchange.Testing;

namespace SecureExchange.Interop.Tests.Peers;

/// <summary>An implementation of OpenPGP, ours or another's: something that writes and reads messages.</summary>
/// <remarks>What it hasn't got is a <see cref="NotOfferedException"/>, what it refuses a <see cref="PeerRefusedException"/>
/// with its own words. Whether it is installed at all shows the first time it is asked anything.</remarks>
internal abstract class Implementation : IAsyncDisposable
{
    public abstract string Name { get; }

    /// <summary>The version that it says it is.</summary>
    public abstract Task<string> VersionAsync();

    /// <summary>Makes a key of the kind that it makes when nobody asks for another.</summary>
    /// <param name="userId">Its e-mail address.</param>
    /// <param name="passphrase">What the secret key is protected with.</param>
    /// <param name="folder">Where the key's files go.</param>
    public abstract Task<TestKey> GenerateAsync(string userId, string? passphrase, TempFolder folder);

    /// <summary>Makes such a key, protected by AEAD under a key from Argon2 (RFC 9580 §3.7.2.1).</summary>
    /// <param name="userId">Its e-mail address.</param>
    /// <param name="passphrase">What the secret key is protected with.</param>
    /// <param name="folder">Where the key's files go.</param>
    public virtual Task<TestKey> GenerateUnderArgon2Async(string userId, string passphrase, TempFolder folder) =>
        throw NotOffered("has no option for Argon2");

    /// <summary>Writes a message, or a detached signature.</summary>
    public abstract Task<byte[]> WriteAsync(Form form, byte[] data);

    /// <summary>Reads a message with <see cref="Form.Reader"/> or the passphrase, and has its signature checked.</summary>
    /// <param name="form">What was asked of the writer.</param>
    /// <param name="message">What it wrote.</param>
    /// <param name="data">What a detached signature is over; nothing for others.</param>
    /// <returns>The plaintext; nothing for a detached signature.</returns>
    public abstract Task<byte[]> ReadAsync(Form form, byte[] message, byte[]? data);

    public virtual ValueTask DisposeAsync() => ValueTask.CompletedTask;

    protected NotOfferedException NotOffered(string reason) => new(Name, reason);

    /// <summary>What a program printed, or its refusal.</summary>
    /// <param name="result">How it ended.</param>
    /// <param name="complaint">Whether a line of its errors says what is wrong.</param>
    protected byte[] Accepted(PeerResult result, Func<string, bool> complaint)
    {
        if (result.ExitCode == 0) return result.Output;
        var lines = result.Errors.Split('\n').Select(line => line.Trim()).Where(line => line.Length > 0).ToList();
        throw new PeerRefusedException(Name, lines.LastOrDefault(complaint) ?? lines.LastOrDefault() ?? $"exit code {result.ExitCode}");
    }
}
