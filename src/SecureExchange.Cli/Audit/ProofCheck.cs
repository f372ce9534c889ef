using System.Text;
using System.Text.Json;
using SecureExchange.Transparency.Checkpoints;
using SecureExchange.Transparency.Proofs;
using SecureExchange.Transparency.Witnesses;

namespace SecureExchange.Cli.Audit;

/// <summary>Checks a receipt (C2SP tlog-proof) and the entry beside it, with no network.</summary>
internal static class ProofCheck
{
    internal static async Task<int> RunAsync(string path, string? entryFile, string? key, string? policyFile, CancellationToken ct)
    {
        if (key is null == policyFile is null)
            throw new CliException(Terminal.Usage, "name the log's key with --key, or whose logs and witnesses count with --policy");
        entryFile ??= Path.ChangeExtension(path, ".json");
        if (entryFile == path || !File.Exists(entryFile))
            throw new CliException(Terminal.Usage, $"the entry that the receipt is of has to be beside it, as {Path.GetFileName(entryFile)}, or named with --entry");
        var proof = await File.ReadAllTextAsync(path, ct);
        var entry = await File.ReadAllBytesAsync(entryFile, ct);
        var policy = policyFile is null
            ? TrustPolicy.Parse(Encoding.UTF8.GetBytes($"log {NoteVerifier.Parse(key!)}\nquorum none\n"))
            : TrustPolicy.Parse(await File.ReadAllBytesAsync(policyFile, ct));
        var verdict = LogProof.Verify(proof, entry, policy);
        if (!verdict.IsIncluded)
        {
            Terminal.Print($"{path}: NOT PROVEN: {Why(verdict.Outcome)}");
            return Terminal.NotVerified;
        }

        Terminal.Print($"{path}: proven: entry {verdict.Index} of {verdict.Checkpoint!.Origin}, under the signed checkpoint of {verdict.Checkpoint.Size} entries");
        foreach (var cosignature in policy.Judge(verdict.Checkpoint).Cosignatures)
            Terminal.Print($"{path}: cosigned by {cosignature.By.Name} at {cosignature.At:yyyy-MM-dd HH:mm:ss'Z'}");
        return Describe(path, entry, verdict.Index);
    }

    /// <summary>Shows what was proven, and that the entry says the same of its place.</summary>
    private static int Describe(string path, byte[] entry, long index)
    {
        try
        {
            using var json = JsonDocument.Parse(entry);
            if (json.RootElement.GetProperty("index").GetInt64() != index)
            {
                Terminal.Print($"{path}: NOT PROVEN: the entry says that it is another than {index}");
                return Terminal.NotVerified;
            }

            foreach (var fact in json.RootElement.EnumerateObject()) Terminal.Print($"{path}:   {fact.Name}: {fact.Value}");
            return 0;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            Terminal.Print($"{path}: it is proven, and isn't an event as this sx knows them");
            return Terminal.NotVerified;
        }
    }

    private static string Why(ProofOutcome outcome) => outcome switch
    {
        ProofOutcome.NotIncluded => "the entry isn't what stands at this place of the log, or the receipt was altered",
        ProofOutcome.OtherLog => "its checkpoint is of another log, or of another key",
        ProofOutcome.NotWitnessed => "the entry is in the log, and fewer witnesses have seen this checkpoint than the policy asks for",
        _ => "a signature on its checkpoint is false",
    };
}
