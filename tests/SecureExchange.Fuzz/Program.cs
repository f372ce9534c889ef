using System.Globalization;
using SecureExchange.Fuzz;
using SecureExchange.Fuzz.Targets;
using SecureExchange.Testing;

if (args is ["replay", .. var files] && files.Length > 0) return Replay(files);
if (args is ["residue", var key, var message, .. var rest]) return await Residue.RunAsync(key, message, keep: rest.Length > 0);
if (args is ["flip", .. var numbers]) return BitFlips.Run(Number(numbers, 0, 20_000), Number(numbers, 1, 1));
if (args is [] || !long.TryParse(args[0], NumberStyles.AllowThousands, CultureInfo.InvariantCulture, out var executions))
{
    Console.Error.WriteLine("EXECUTIONS [SEED [THREADS [TARGET…]]] | replay FILE… | flip [CHANGES [SEED]]");
    return 2;
}

var seed = Number(args, 1, 1);
using var seeds = new SeedFiles(Vectors.Find("openpgp"));
var threads = Number(args, 2, Environment.ProcessorCount);
var targets = AllTargets.Of(seeds).Where(target => args.Length < 4 || args.Skip(3).Contains(target.Name)).ToList();
var run = new FuzzRun(targets, seed, threads) { Progress = Console.Out };
Console.WriteLine($"{executions:N0} executions, seed {seed}, {threads} threads");
var findings = run.Run(executions);
Console.WriteLine($"{executions:N0} executions, {run.Rate:N0}/s, {run.Kinds} kinds of outcomes, {findings.Count} findings");
return findings.Count == 0 ? 0 : 1;

static int Replay(string[] files)
{
    FirstThrow.Watch();
    using var seeds = new SeedFiles(Vectors.Find("openpgp"));
    var targets = AllTargets.Of(seeds).ToDictionary(target => target.Name);
    var failed = false;
    foreach (var file in files)
    {
        try
        {
            Console.WriteLine($"{file}: {Execution.Run(targets[Path.GetFileName(file).Split('.')[0]], File.ReadAllBytes(file))}");
        }
        catch (Violation violation)
        {
            Console.WriteLine($"{file}: {violation}");
            failed = true;
        }
    }

    return failed ? 1 : 0;
}

static int Number(string[] words, int at, int otherwise) =>
    words.Length > at ? int.Parse(words[at], NumberStyles.AllowThousands, CultureInfo.InvariantCulture) : otherwise;
