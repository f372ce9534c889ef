using System.Formats.Tar;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using SecureExchange.Cli.Audit;
using SecureExchange.Transparency;
using SecureExchange.Transparency.Checkpoints;
using SecureExchange.Transparency.Proofs;
using SecureExchange.Transparency.Witnesses;

namespace SecureExchange.Cli.Evidence;

/// <summary>Checks a pack with no network.</summary>
internal static class PackCheck
{
    /// <summary>Of a tar this is unpacked at most: it may come from anybody.</summary>
    private const long MaxUnpacked = 20L << 30;

    internal static bool IsPack(string path) => path.EndsWith(".tar", StringComparison.Ordinal)
        ? File.Exists(path)
        : File.Exists(Path.Combine(path, PackFile.Facts));

    internal static async Task<int> RunAsync(string path, string? key, string? policyFile, CancellationToken ct)
    {
        if (!path.EndsWith(".tar", StringComparison.Ordinal)) return await CheckAsync(path, path, key, policyFile, ct);
        var folder = Directory.CreateTempSubdirectory("sx-pack-");
        try
        {
            return await UnpackAsync(path, folder.FullName, ct)
                ? await CheckAsync(folder.FullName, path, key, policyFile, ct)
                : Wrong(path, "it isn't a pack, or holds what a pack doesn't");
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task<int> CheckAsync(string folder, string name, string? key, string? policyFile, CancellationToken ct)
    {
        try
        {
            if (await DifferentAsync(folder, ct) is { } different) return Wrong(name, $"{different} isn't what was packed");
            var facts = JsonSerializer.Deserialize<PackFacts>(await ReadAsync(folder, PackFile.Facts, ct), PackFacts.Json)!;
            if (facts.Format != 1 || facts.First < 0 || facts.Count < 1) return Wrong(name, "its pack.json isn't one that this sx knows");
            var known = KnownLog.Meet(key, File.ReadAllBytes(Path.Combine(folder, PackFile.LogKey)), LogPlace.Folder);
            if (known.IsNew) Terminal.Say($"{known.Verifier.Name}: seen for the first time; trusting the key that the pack itself brings: {known.Verifier}");
            if (!known.Verifier.Name.EndsWith($"/{facts.Agreement}", StringComparison.Ordinal)) return Wrong(name, "its log isn't the agreement's");
            var policy = TrustPolicy.Parse(await ReadAsync(policyFile is null ? folder : "", policyFile ?? PackFile.Policy, ct));
            var note = await ReadAsync(folder, PackFile.Checkpoint, ct);
            var checkpoint = Checkpoint.Open(note, known.Verifier);
            if (policyFile is not null && policy.Logs.Count > 0) policy.Open(note);
            var verdict = policy.Judge(checkpoint);
            if (!verdict.IsQuorum) Terminal.Print($"{name}: note: fewer witnesses have seen its checkpoint than the policy asks for");
            if (await EventsAsync(folder, facts, known.Verifier, ct) is { } wrong) return Wrong(name, wrong);
            Terminal.Print($"{name}: proven: events {facts.First} to {facts.First + facts.Count - 1} of {checkpoint.Origin}, none left out, under the signed checkpoint of {checkpoint.Size} entries");
            foreach (var cosignature in verdict.Cosignatures)
                Terminal.Print($"{name}: cosigned by {cosignature.By.Name} at {cosignature.At:yyyy-MM-dd HH:mm:ss'Z'}");
            return verdict.IsQuorum || policyFile is null ? 0 : Terminal.NotVerified;
        }
        catch (Exception e) when (e is TransparencyException or JsonException or FileNotFoundException or DirectoryNotFoundException)
        {
            return Wrong(name, e is TransparencyException ? e.Message : "a file of it is missing or isn't what it should be");
        }
    }

    /// <returns>What is wrong; null: nothing.</returns>
    private static async Task<string?> EventsAsync(string folder, PackFacts facts, NoteVerifier log, CancellationToken ct)
    {
        var checkpoint = Encoding.UTF8.GetString(await ReadAsync(folder, PackFile.Checkpoint, ct));
        var versions = new HashSet<string>(StringComparer.Ordinal);
        var profiles = new HashSet<string>(StringComparer.Ordinal);
        var index = facts.First;
        using var lines = new StreamReader(Path.Combine(folder, PackFile.Events), new UTF8Encoding(false, throwOnInvalidBytes: true));
        while (await lines.ReadLineAsync(ct) is { } line)
        {
            var entry = Encoding.UTF8.GetBytes(line);
            var proof = Encoding.UTF8.GetString(await ReadAsync(folder, PackFile.Proof(index), ct));
            var verdict = LogProof.Verify(proof, entry, log);
            if (!verdict.IsIncluded || verdict.Index != index) return $"event {index} isn't what stands at its place of the log ({verdict.Outcome})";
            if (verdict.Checkpoint!.Note != checkpoint) return $"the proof of event {index} is under another checkpoint";
            index++;
            using var json = JsonDocument.Parse(entry);
            // Steps towards a version name it before it is in force, and it may never be.
            if (json.RootElement.GetProperty("kind").GetString()!.StartsWith("agreement.", StringComparison.Ordinal)) continue;
            Take(json.RootElement, "agreement_version", versions);
            Take(json.RootElement, "profile", profiles);
        }

        if (index != facts.First + facts.Count) return $"it has {index - facts.First} events, and should have {facts.Count}";
        if (!versions.IsSubsetOf(await DigestsAsync(folder, PackFile.Agreements, ct))) return "an event names a version of the agreement that isn't in it";
        return profiles.IsSubsetOf(await DigestsAsync(folder, PackFile.Profiles, ct)) ? null : "an event names a masking profile that isn't in it";
    }

    private static void Take(JsonElement entry, string name, HashSet<string> values)
    {
        if (entry.TryGetProperty(name, out var found) && found.ValueKind == JsonValueKind.String) values.Add(found.GetString()!);
    }

    /// <returns>The first file that isn't what SHA256SUMS says; null: all are.</returns>
    private static async Task<string?> DifferentAsync(string folder, CancellationToken ct)
    {
        var listed = new HashSet<string>(StringComparer.Ordinal) { PackFile.Sums };
        foreach (var line in await File.ReadAllLinesAsync(Path.Combine(folder, PackFile.Sums), ct))
        {
            if (line.Split("  ", 2) is not [var sum, var name] || !IsName(name)) return PackFile.Sums;
            var path = Path.Combine(folder, name);
            if (!File.Exists(path)) return name;
            await using var file = File.OpenRead(path);
            if (Convert.ToHexStringLower(await SHA256.HashDataAsync(file, ct)) != sum) return name;
            listed.Add(name);
        }

        return Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(folder, path)).FirstOrDefault(path => !listed.Contains(path));
    }

    private static async Task<bool> UnpackAsync(string path, string folder, CancellationToken ct)
    {
        var room = MaxUnpacked;
        try
        {
            await using var file = File.OpenRead(path);
            await using var tar = new TarReader(file);
            while (await tar.GetNextEntryAsync(copyData: false, ct) is { } entry)
            {
                // A name goes only where a pack has one: no way out of the folder, no links.
                if (entry.EntryType != TarEntryType.RegularFile || !entry.Name.StartsWith("evidence/", StringComparison.Ordinal)
                    || entry.Name["evidence/".Length..] is not { } name || !IsName(name) || (room -= entry.Length) < 0) return false;
                var target = Path.Combine(folder, name);
                Directory.CreateDirectory(Path.GetDirectoryName(target)!);
                await using var unpacked = new FileStream(target, FileMode.CreateNew);
                if (entry.DataStream is { } content) await content.CopyToAsync(unpacked, ct);
            }

            return File.Exists(Path.Combine(folder, PackFile.Sums));
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException)
        {
            return false;
        }
    }

    /// <summary>A file of the pack, or one level below: letters, digits, dots, dashes, and not a dot first.</summary>
    private static bool IsName(string name) => name.Split('/') is { Length: <= 2 } segments && segments.All(segment =>
        segment.Length is > 0 and <= 100 && segment[0] != '.' && segment.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_'));

    private static async Task<IReadOnlySet<string>> DigestsAsync(string folder, string name, CancellationToken ct)
    {
        var digests = new HashSet<string>(StringComparer.Ordinal);
        foreach (var file in Directory.EnumerateFiles(Path.Combine(folder, name)))
            digests.Add($"sha256:{Convert.ToHexStringLower(SHA256.HashData(await File.ReadAllBytesAsync(file, ct)))}");
        return digests;
    }

    private static Task<byte[]> ReadAsync(string folder, string name, CancellationToken ct) => File.ReadAllBytesAsync(Path.Combine(folder, name), ct);

    private static int Wrong(string name, string what)
    {
        Terminal.Print($"{name}: NOT PROVEN: {what}");
        return Terminal.NotVerified;
    }
}
