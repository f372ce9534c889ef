namespace SecureExchange.Masking.Profiles;

/// <summary>How far equal values stay equal when masked.</summary>
public enum KeyScope
{
    /// <summary>Within one agreement: nobody can link people across agreements.</summary>
    Agreement = 0,

    /// <summary>Within all agreements of a client whose profiles say so.</summary>
    Client = 1,
}
