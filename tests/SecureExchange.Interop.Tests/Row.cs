using SecureExchange.Interop.Tests.Peers;

namespace SecureExchange.Interop.Tests;

/// <summary>Something that one implementation writes and another reads; a line of the page.</summary>
/// <param name="Section">Under which heading.</param>
/// <param name="Title">Unique in its section.</param>
/// <param name="RunAsync">Has the first write and the second read, and fails the test where something else comes out than
/// went in.</param>
internal sealed record Row(string Section, string Title, Func<Implementation, Implementation, Task> RunAsync);
