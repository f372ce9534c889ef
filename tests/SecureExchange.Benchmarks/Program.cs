using SecureExchange.Benchmarks;
using SecureExchange.OpenPgp.Messages;

return args switch
{
    ["keygen", var path] => await OpenPgpRunner.GenerateAsync(path),
    ["seal", var format, var certificate, var input, var output] =>
        await OpenPgpRunner.SealAsync(Version(format), certificate, input, output, signer: null),
    ["seal", var format, var certificate, var input, var output, var signer] =>
        await OpenPgpRunner.SealAsync(Version(format), certificate, input, output, signer),
    ["open", var key, var input, var output] => await OpenPgpRunner.OpenAsync(key, input, output),
    ["records", var certificate, var count] => await OpenPgpRunner.RecordsAsync(certificate, int.Parse(count, null)),
    ["bouncycastle-seal", var certificate, var input, var output] => BouncyCastleRunner.Seal(certificate, input, output),
    ["bouncycastle-open", var key, var input, var output] => BouncyCastleRunner.Open(key, input, output),
    ["mask", var profile, var megabytes, var rounds] => MaskRunner.Run(profile, int.Parse(megabytes, null), int.Parse(rounds, null)),
    ["detect", var megabytes, var rounds] => DetectRunner.Run(int.Parse(megabytes, null), int.Parse(rounds, null)),
    ["detect", var megabytes, var rounds, var kind] => DetectRunner.Run(int.Parse(megabytes, null), int.Parse(rounds, null), kind),
    _ => Usage(),
};

static SealFormat Version(string name) => name == "v2" ? SealFormat.Version2 : SealFormat.Version1;

static int Usage()
{
    Console.Error.WriteLine("""
        keygen KEY | seal v1|v2 CERT IN OUT [SIGNER] | open KEY IN OUT | records CERT COUNT   (- for standard input, output)
        bouncycastle-seal CERT IN OUT | bouncycastle-open KEY IN OUT | detect MB ROUNDS [KIND] | mask PROFILE MB ROUNDS
        """);
    return 2;
}
