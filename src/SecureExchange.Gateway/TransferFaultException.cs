namespace SecureExchange.Gateway;

/// <summary>Carries a <see cref="TransferFault"/> from where it is found to the pipeline that answers it.</summary>
internal sealed class TransferFaultException(TransferFault fault) : Exception(fault.Message)
{
    internal TransferFault Fault { get; } = fault;
}
