namespace SecureExchange.EndToEnd.Tests.Sop;

/// <summary>Where results go: exit code 0 says that all of them arrived, and of a command that failed no named output remains.</summary>
public sealed class OutputTests(SopFolder folder)
{
    [Theory]
    [InlineData("encrypt alice.cert < data")]
    [InlineData("extract-cert < alice.sec")]
    [InlineData("decrypt alice.sec < to-alice")]
    [InlineData("version")]
    public async Task A_pipe_that_nobody_reads_is_a_failure(string line)
    {
        // Descriptor 4 is the end of a pipe whose only reader, 3, is gone.
        var pipe = folder.NewName();
        var result = await folder.ShellAsync($"mkfifo {pipe}; exec 3<> {pipe} 4> {pipe} 3>&-; {SopFolder.Sx} {line} >&4");
        Assert.Equal(1, result.ExitCode);
    }

    [Fact]
    public async Task A_full_disk_is_a_failure() =>
        Assert.Equal(1, (await folder.ShellAsync($"{SopFolder.Sx} encrypt alice.cert < data > /dev/full")).ExitCode);

    [Fact]
    public async Task What_two_commands_write_to_one_file_stands_there_one_after_the_other()
    {
        var (once, both) = (await folder.KeepAsync("sx", "extract-cert < alice.sec"), folder.NewName());
        var command = $"{SopFolder.Sx} extract-cert < alice.sec";
        (await folder.ShellAsync($"{{ {command}; {command}; }} > {both} && {command} >> {both}")).Succeeded();
        Assert.Equal(string.Concat(Enumerable.Repeat(folder.Text(once), 3)), folder.Text(both));
    }

    [Fact]
    public async Task An_output_that_was_written_goes_away_if_the_next_one_fails()
    {
        var verifications = folder.NewName();
        var result = await folder.ShellAsync(
            $"{SopFolder.Sx} decrypt --verify-with bob.cert --verify-out {verifications} --session-key-out @FD:8 alice.sec < to-alice 8> /dev/full");
        Assert.Equal(1, result.ExitCode);
        Assert.False(File.Exists(folder.PathOf(verifications)));
    }

    [Theory]
    [InlineData("INT", 130)]
    [InlineData("TERM", 143)]
    public async Task A_command_that_is_stopped_leaves_no_output(string signal, int exit)
    {
        var (sessionKey, input) = (folder.NewName(), folder.NewName());

        // The message never ends. Without job control (-m) a shell has what it starts in the background ignore SIGINT.
        var result = await folder.ShellAsync(
            $"""
            set -m; mkfifo {input}; exec 3<> {input}; cat to-alice >&3
            {SopFolder.Sx} decrypt --session-key-out {sessionKey} alice.sec < {input} & program=$!
            until [ -e {sessionKey} ] || ! kill -0 $program; do sleep 0.05; done
            kill -{signal} $program; wait $program
            """);

        Assert.Equal(exit, result.ExitCode);
        Assert.False(File.Exists(folder.PathOf(sessionKey)));
    }
}
