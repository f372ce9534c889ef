using System.Runtime.CompilerServices;

[assembly: InternalsVisibleTo("SecureExchange.Cryptography.Tests")]
