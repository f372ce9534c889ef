namespace SecureExchange.Gateway.Agreements;

/// <summary>An agreement's text is wrong: where, and what to do. Whoever wrote it has to mend it.</summary>
public sealed class AgreementException(string code, string message, int line = 0, int column = 0)
    : Exception(line > 0 ? $"line {line}, column {column}: {message}" : message)
{
    /// <summary>A stable code, such as <c>agreement.unknown-key</c> or <c>certificate.expired</c>.</summary>
    public string Code { get; } = code;

    /// <summary>1-based; 0 where the fault has no place in the text.</summary>
    public int Line { get; } = line;

    /// <summary>1-based; 0 where the fault has no place in the text.</summary>
    public int Column { get; } = column;
}
