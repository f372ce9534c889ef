using System.Globalization;
using SecureExchange.Samples;

// samples claims --rows 1000 --seed 7 [--planted FILE] > out
const string Usage = "usage: samples claims|invoices|tickets|payments|admissions|payroll|statements|staff|payables|card-transactions|incidents|shipments|calls|claims-837|remittances-835|customers [--rows N] [--seed N] [--planted FILE] > FILE";
var (rows, seed, planted) = (1000L, 1L, (string?)null);
if (args.Length == 0 || Sample.Find(args[0]) is not { } sample) return Fail();
for (var i = 1; i < args.Length; i += 2)
{
    if (i + 1 == args.Length) return Fail();
    var number = long.TryParse(args[i + 1], NumberStyles.None, CultureInfo.InvariantCulture, out var n);
    if (args[i] == "--rows" && number) rows = n;
    else if (args[i] == "--seed" && number) seed = n;
    else if (args[i] == "--planted") planted = args[i + 1];
    else return Fail();
}

using var output = Console.OpenStandardOutput();
if (planted is null)
{
    sample.Write(output, rows, seed);
    return 0;
}

using var values = new BufferedStream(File.Create(planted), 1 << 16);
sample.Write(output, rows, seed, value => values.Write(value.ToJsonLine()));
return 0;

static int Fail()
{
    Console.Error.WriteLine(Usage);
    return 2;
}
