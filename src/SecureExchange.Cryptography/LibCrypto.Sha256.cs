using System.Runtime.InteropServices;

namespace SecureExchange.Cryptography;

/// <summary>SHA-256's own state and compression function. OpenSSL 3 calls them deprecated and exports them all the same:
/// its other interfaces can't start from a state that was worked out before.</summary>
internal static unsafe partial class LibCrypto
{
    [LibraryImport(Library)]
    [SuppressGCTransition] // Some 40 ns, never waits.
    internal static partial int SHA256_Init(Sha256State* state);

    [LibraryImport(Library)]
    [SuppressGCTransition]
    internal static partial void SHA256_Transform(Sha256State* state, byte* block);

    /// <summary><c>SHA256_CTX</c> of <c>openssl/sha.h</c>; only <see cref="H"/> concerns us.</summary>
    [StructLayout(LayoutKind.Sequential, Size = 112)]
    internal struct Sha256State
    {
        internal fixed uint H[8];
    }
}
