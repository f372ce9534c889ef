namespace SecureExchange.Fuzz;

/// <summary>The engine did with some input what it must never do.</summary>
internal sealed class Violation(string what, Exception? inner = null) : Exception(what, inner);
