using System.Globalization;
using SecureExchange.LogLoad;

return args switch
{
    ["write", var kind, var place, var writer, var count] => await LogWriterRun.RunAsync(kind, place, writer, Number(count)),
    ["append", var kind, var callers, var seconds] => await AppendRun.RunAsync(kind, Number(callers), Number(seconds)),
    ["make", var folder, var events] => await MakeRun.RunAsync(folder, Number(events)),
    _ => Usage(),
};

static int Number(string text) => int.Parse(text, NumberStyles.AllowThousands, CultureInfo.InvariantCulture);

static int Usage()
{
    Console.Error.WriteLine("""
        write folder|azure PLACE WRITER COUNT     appends events to the log there, and says of each where it is
        append folder|azurite CALLERS SECONDS     how many appends a second, and how long each takes
        make FOLDER EVENTS                        a log of so many events, for sx audit verify
        """);
    return 2;
}
