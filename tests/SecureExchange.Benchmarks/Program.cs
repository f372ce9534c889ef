using SecureExchange.Benchmarks;

return args switch
{
    ["keygen", var path] => await OpenPgpRunner.GenerateAsync(path),
    ["seal", var certificate, var input, var output] => await OpenPgpRunner.SealAsync(certificate, input, output, signer: null),
    ["seal", var certificate, var input, var output, var signer] => await OpenPgpRunner.SealAsync(certificate, input, output, signer),
    ["open", var key, var input, var output] => await OpenPgpRunner.OpenAsync(key, input, output),
    ["records", var certificate, var count] => await OpenPgpRunner.RecordsAsync(certificate, int.Parse(count, null)),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("keygen KEY | seal CERT IN OUT [SIGNER] | open KEY IN OUT | records CERT COUNT");
    return 2;
}
