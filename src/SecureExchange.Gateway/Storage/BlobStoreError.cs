namespace SecureExchange.Gateway.Storage;

/// <summary>Why a store couldn't do what was asked, by who can put it right.</summary>
public enum BlobStoreError
{
    /// <summary>The store doesn't answer, or an I/O error: nobody's fault here. Try again; the operator looks after it.</summary>
    StoreAway = 1,

    /// <summary>No space or quota left: the operator makes room, then the same request can be sent again.</summary>
    StoreFull = 2,

    /// <summary>The store refuses the gateway's credentials, or it is read-only: the operator gives the right.</summary>
    Denied = 3,

    /// <summary>The folder or container isn't there, or how to reach it isn't configured: the operator's to set up.</summary>
    NotConfigured = 4,

    /// <summary>A write-once blob of this name is there already: the caller's to decide.</summary>
    Exists = 5,

    /// <summary>The blob went, or was replaced, while it was being read.</summary>
    Gone = 6,

    /// <summary>More bytes than <see cref="BlobStore.MaxSmallLength"/> where a small blob was promised.</summary>
    TooLarge = 7,

    /// <summary>The store holds what no gateway wrote: a symbolic link, a folder in a blob's place, a file cut short.
    /// Somebody changed it from outside.</summary>
    Tampered = 8,
}
