namespace SecureExchange.EndToEnd.Tests.Fixtures;

/// <summary>Where a gateway keeps its blobs.</summary>
public enum Store
{
    Folder,
    Azurite,
}
