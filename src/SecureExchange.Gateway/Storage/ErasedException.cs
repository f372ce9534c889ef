namespace SecureExchange.Gateway.Storage;

/// <summary>What was being read was erased since its reader was let in: whoever comes next is told that there is no such thing.</summary>
public sealed class ErasedException() : Exception("what was asked for was erased in the meantime");
