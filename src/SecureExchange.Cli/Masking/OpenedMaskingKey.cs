using System.Security.Cryptography;
using System.Text;
using SecureExchange.Masking;
using SecureExchange.Masking.Tokens;

namespace SecureExchange.Cli.Masking;

/// <summary>A masking key in use, and the token map beside its file where the profile needs one: <c>FILE.map</c>, sealed under the key.</summary>
internal sealed class OpenedMaskingKey : IDisposable
{
    private readonly byte[] _key;
    private readonly string _name;
    private readonly string? _mapPath;
    private readonly int _known;

    internal OpenedMaskingKey(ReadOnlySpan<byte> key, string name, string? mapPath)
    {
        _key = key.ToArray();
        _name = name;
        _mapPath = mapPath;
        var map = mapPath is null ? null : ReadMap(mapPath);
        _known = map?.Count ?? 0;
        // One key for both scopes: there is no gateway here that has many agreements of a client.
        Keys = MaskingKeys.Derive(key, name, key, name, map);
    }

    internal MaskingKeys Keys { get; }

    /// <summary>The manifest key of one masked copy.</summary>
    /// <param name="copy">The copy's own name.</param>
    internal byte[] KeyOf(string copy) =>
        HKDF.DeriveKey(HashAlgorithmName.SHA256, _key, 32, salt: [], Encoding.UTF8.GetBytes($"secureexchange/v1/trace-record/{_name}/{copy}"));

    /// <summary>Writes the map if there is anything new in it: a token that nothing remembers turns back no more.</summary>
    internal void SaveMap()
    {
        if (_mapPath is null || Keys.Map!.Count == _known) return;
        var part = $"{_mapPath}.part";
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using (var file = new FileStream(part, options))
        {
            file.Write(Keys.Map.Seal(_key, _name));
            file.Flush(flushToDisk: true);
        }

        File.Move(part, _mapPath, overwrite: true);
    }

    public void Dispose()
    {
        CryptographicOperations.ZeroMemory(_key);
        Keys.Dispose();
    }

    private TokenMap ReadMap(string path)
    {
        try
        {
            return File.Exists(path) ? TokenMap.Open(File.ReadAllBytes(path), _key, _name) : new TokenMap();
        }
        catch (CryptographicException)
        {
            throw new CliException(Terminal.NotVerified, $"{path} isn't the token map of this key, or was altered; restore it from its backup");
        }
    }
}
