using System.Security.Cryptography;
using SecureExchange.Access;
using SecureExchange.Gateway.Audit;
using SecureExchange.Gateway.Storage;
using SecureExchange.OpenPgp.Keys;

namespace SecureExchange.Gateway.Keys;

/// <summary>Makes the first keys of a new gateway, or takes over those of one from before there were epochs.</summary>
/// <remarks>That one had its root key and its OpenPGP key in files, and derived from the root what has secrets of its own now. What it
/// derived becomes the first epoch, so that everything opens as before; who had its root key has that epoch until it is rotated.</remarks>
internal sealed class FirstKeys(SecretStore secrets, RootKeys places, string folder, string gatewayName)
{
    /// <summary>The file of the gateway's OpenPGP key, wrapped under the root key, as it was.</summary>
    internal const string OldGatewayKey = "gateway.openpgp";

    /// <summary>The user id of the gateway's OpenPGP key.</summary>
    internal static string UserId(string gatewayName) => $"SecureExchange gateway <gateway@{gatewayName.Split('/')[0]}>";

    /// <param name="agreements">Those that there are. Only without any are keys made: a lost key must not look like a fresh start.</param>
    /// <param name="now">When.</param>
    /// <param name="ct">Gives up.</param>
    internal async Task MakeAsync(IReadOnlyList<AgreementId> agreements, DateTimeOffset now, CancellationToken ct)
    {
        var old = Path.Combine(folder, OldGatewayKey);
        if (File.Exists(old) || agreements.Count > 0) await TakeOverAsync(old, agreements, ct);
        else await MakeNewAsync(now, ct);
    }

    private async Task MakeNewAsync(DateTimeOffset now, CancellationToken ct)
    {
        // A start before this one may have got as far as keeping a root key. Nothing is under it.
        var (root, stored) = await places.MakeAsync(1, ct);
        using (root)
        {
            using var made = SecretKey.Generate(UserId(gatewayName), now);
            using var gateway = new SecretBytes(made.ToBytes());
            using var log = SecretBytes.Random(32);
            using var tag = SecretBytes.Random(32);
            using var tokens = SecretBytes.Random(32);
            await secrets.BeginAsync(
                stored,
                [
                    Wrap(root, SecretPurpose.Gateway, gateway), Wrap(root, SecretPurpose.Of(LogName.Gateway), log),
                    Wrap(root, SecretPurpose.CallerTag, tag), Wrap(root, SecretPurpose.MachineTokens, tokens),
                ],
                ct);
        }
    }

    private async Task TakeOverAsync(string old, IReadOnlyList<AgreementId> agreements, CancellationToken ct)
    {
        if (!File.Exists(places.OldestPath)) throw new KeyException(KeyError.Missing, Path.GetFileName(places.OldestPath));
        if (!File.Exists(old)) throw new KeyException(KeyError.Missing, OldGatewayKey);
        using var root = await places.FindAsync(1, FileRootKey.Place, id: null, ct);
        var wrapped = KeyFile.Read(old);
        CryptographicOperations.ZeroMemory(KeyWrap.Unwrap(root, wrapped, SecretPurpose.Gateway)); // Another root key is found out here.
        (string, byte[]) Derived(string purpose, string use)
        {
            using var derived = root.Derive($"secureexchange/v1/{use}");
            return Wrap(root, purpose, derived);
        }

        await secrets.BeginAsync(
            new StoredRoot { Epoch = 1, Id = RootKeys.IdOf(root), Place = FileRootKey.Place },
            [
                (SecretPurpose.Gateway, wrapped),
                Derived(SecretPurpose.CallerTag, "caller-tag"),
                Derived(SecretPurpose.MachineTokens, "machine-tokens"),
                .. agreements.Select(LogName.Of).Append(LogName.Gateway).Select(log => Derived(SecretPurpose.Of(log), $"log/{log.Origin(gatewayName)}")),
                .. agreements.Select(KeyRing.ClientOf).Distinct().Select(client => Derived(SecretPurpose.OfClient(client), $"client/{client}")),
            ],
            ct);
    }

    private static (string, byte[]) Wrap(SecretBytes root, string purpose, SecretBytes secret) =>
        (purpose, KeyWrap.Wrap(root, secret.Span, SecretPurpose.Bound(purpose, 1)));
}
