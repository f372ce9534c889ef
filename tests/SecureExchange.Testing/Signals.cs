using System.Runtime.InteropServices;

namespace SecureExchange.Testing;

/// <summary>Signals to processes that a test has started.</summary>
public static class Signals
{
    /// <summary>SIGINT, which Ctrl-C sends.</summary>
    public const int Interrupt = 2;

    /// <summary>SIGKILL.</summary>
    public const int Kill = 9;

    /// <summary>SIGTERM.</summary>
    public const int Terminate = 15;

    public static void Send(int process, int signal) => Assert.Equal(0, SendTo(process, signal));

    /// <summary>Sends it to all processes of a group, those that there are.</summary>
    public static void SendToGroup(int group, int signal) => _ = SendTo(-group, signal);

    [DllImport("libc", EntryPoint = "kill")]
    private static extern int SendTo(int process, int signal);
}
