namespace SecureExchange.Server.Api;

/// <summary>The request can't be understood; the message, for its sender, says why and never repeats it.</summary>
internal sealed class MalformedRequestException(string message) : Exception(message);
