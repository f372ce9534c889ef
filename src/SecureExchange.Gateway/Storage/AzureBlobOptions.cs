namespace SecureExchange.Gateway.Storage;

/// <summary>How to reach a container of Azure Blob Storage. Exactly one of <see cref="ConnectionStringFile"/> and
/// <see cref="Service"/> is set.</summary>
public sealed record AzureBlobOptions
{
    /// <summary>The container. Not trusted, as <see cref="BlobStore"/> says.</summary>
    public required string Container { get; init; }

    /// <summary>Path of a file that holds the connection string. Secret: who has it can delete everything.</summary>
    public string? ConnectionStringFile { get; init; }

    /// <summary>The account's blob endpoint, HTTPS, used with the identity that <c>DefaultAzureCredential</c> finds.</summary>
    public Uri? Service { get; init; }

    /// <summary>Makes the container where it is missing. Off: a mistyped name must not begin an empty store.</summary>
    public bool CreateContainer { get; init; }

    /// <summary>How long one call may take, retries included; for a stream, each block of it. 1 s to 5 min.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(30);
}
