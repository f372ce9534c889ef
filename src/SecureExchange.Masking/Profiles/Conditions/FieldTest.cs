using System.Globalization;
using System.Text;
using SecureExchange.Masking.Records;
using SecureExchange.Masking.Transforms;

namespace SecureExchange.Masking.Profiles.Conditions;

/// <summary>What one field of a record has to be: an operator, and what it is compared with.</summary>
/// <remarks>Bytes are compared as they are, upper and lower case apart. An empty or absent value fits <c>empty: true</c> and nothing
/// else.</remarks>
internal sealed class FieldTest : Condition
{
    private readonly YamlScalar _field;
    private readonly TestOperator _operator;
    private readonly byte[][] _texts;
    private readonly decimal _number;
    private readonly DateOnly _date;
    private readonly DateFormat? _dates;
    private readonly string _words;
    private int _rule = -1;
    private string _name;

    private FieldTest(YamlScalar field, TestOperator kind, IReadOnlyList<string> values, DateFormat? dates)
    {
        (_field, _operator, _dates, _name) = (field, kind, dates, field.Value);
        _texts = [.. values.Select(Encoding.UTF8.GetBytes)];
        _words = $"{TestOperators.Words(kind)} {string.Join(" or ", values)}".TrimEnd();
        if (dates is not null) _date = DateOnly.ParseExact(values[0], "yyyy-MM-dd", CultureInfo.InvariantCulture);
        else if (TestOperators.Compares(kind)) _number = decimal.Parse(values[0], NumberStyles.Number, CultureInfo.InvariantCulture);
    }

    public override IEnumerable<int> Fields => [_rule];

    public static FieldTest Read(ProfileSection section)
    {
        var field = section.OptionalScalar("field")!;
        var present = TestOperators.All.ToArray().Where(known => section.Find(known.Name) is not null).ToList();
        if (present.Count != 1)
            throw section.Wrong("field", $"what the field has to be is said by one of {string.Join(", ", TestOperators.All.ToArray().Select(known => known.Name))}");
        var (name, kind, _) = present[0];
        if (kind == TestOperator.Empty)
            return new FieldTest(field, section.Flag(name, otherwise: true) ? TestOperator.Empty : TestOperator.Filled, [], null);
        var values = kind == TestOperator.Is && section.Find(name) is YamlList ? section.Texts(name) : [section.Text(name)];
        if (values.Count == 0 || values.Any(value => value.Length == 0)) throw section.Wrong(name, $"{name} needs a value; for an absent one there is empty: true");
        if (!TestOperators.Compares(kind)) return new FieldTest(field, kind, values, null);
        if (DateOnly.TryParseExact(values[0], "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _))
            return new FieldTest(field, kind, values, DateFormat.Read(section));
        if (!PlainNumber.TryRead(Encoding.UTF8.GetBytes(values[0]), out _))
            throw section.Wrong(name, $"{name} needs a number written with digits, a point and a minus only, or a day: 2026-01-31");
        return new FieldTest(field, kind, values, null);
    }

    public override void Bind(IReadOnlyList<FieldDeclaration> fields)
    {
        for (var i = 0; i < fields.Count && _rule < 0; i++) _rule = fields[i].Key.Value == _field.Value ? i : -1;
        if (_rule < 0) throw Bad("there is no such field");
        if (fields[_rule].Path.HasElements || fields[_rule].Path.IsOutside) throw Bad("a record needs exactly one value there: no array, no pattern, nothing outside of the records");
    }

    public override Condition Behind(int others, string kind)
    {
        var copy = (FieldTest)MemberwiseClone();
        (copy._rule, copy._name) = (_rule + others, $"{kind}/{_name}");
        return copy;
    }

    public override bool Holds(RecordCells record)
    {
        var value = record[_rule];
        if (value.IsEmpty) return _operator == TestOperator.Empty;
        switch (_operator)
        {
            case TestOperator.Empty:
                return false;
            case TestOperator.Filled:
                return true;
            case TestOperator.Is:
                foreach (var text in _texts)
                {
                    if (value.SequenceEqual(text)) return true;
                }

                return false;
            case TestOperator.StartsWith:
                return value.StartsWith(_texts[0]);
            case TestOperator.EndsWith:
                return value.EndsWith(_texts[0]);
            case TestOperator.Contains:
                return value.IndexOf(_texts[0]) >= 0;
            default:
                return TryCompare(record, value, out var order) && TestOperators.Fits(_operator, order);
        }
    }

    public override string ToString() => $"{_name} {_words}";

    private bool TryCompare(RecordCells record, ReadOnlySpan<byte> value, out int order)
    {
        order = 0;
        if (_dates is not null)
        {
            if (_dates.TryRead(value, out var date)) order = date.CompareTo(_date);
            else if (record.IsReturn) return false;
            else throw record.Fault(_rule, RecordError.NotADate, $"not a date ({_dates.Name}), and a condition of the profile compares it with one");
        }
        else if (PlainNumber.TryRead(value, out var number))
        {
            order = number.CompareTo(_number);
        }
        else if (record.IsReturn)
        {
            return false;
        }
        else
        {
            throw record.Fault(_rule, RecordError.NotANumber, "not a number written with digits, a point and a minus only, and a condition of the profile compares it with one");
        }

        return true;
    }

    private ProfileException Bad(string what) => new(ProfileError.BadReference, _field.Line, _field.Column, $"'{_field.Value}': {what}");
}
