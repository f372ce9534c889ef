using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using SecureExchange.Masking.Records;

namespace SecureExchange.Masking.Transforms;

/// <summary>The coarser part of a value: the first characters of a text, of a postcode, the network of an IP address, coordinates with
/// fewer decimals.</summary>
/// <remarks>How many people share what is left depends on the place: three digits of a ZIP code stand for 20,000 people or more only
/// with <c>small-areas: us</c>, and a network can be one household.</remarks>
internal static class Truncate
{
    private enum What
    {
        Text,
        Postcode,
        Ip,
        Coordinates,
    }

    public static TransformRule Declare(TransformOptions options)
    {
        var section = options.Section;
        switch (section.Choice("what", What.Text, ("text", What.Text), ("postcode", What.Postcode), ("ip", What.Ip), ("coordinates", What.Coordinates)))
        {
            case What.Text:
                var characters = (int)section.Number("keep", 1, 64);
                return new TransformRule((_, _) => new ToPrefix(characters));
            case What.Postcode:
                var keep = (int)section.Number("keep", 1, 8);
                var smallAreas = section.Choice("small-areas", false, ("us", true));
                if (smallAreas && keep != 3) throw section.Wrong("keep", "the census counts areas by three digits: small-areas goes with keep: 3");
                return new TransformRule((_, _) => new ToPostcodeArea(keep, smallAreas));
            case What.Ip:
                var (v4, v6) = ((int)section.Number("ipv4-bits", 0, 31, 24), (int)section.Number("ipv6-bits", 0, 127, 48));
                return new TransformRule((_, _) => new ToNetwork(v4, v6));
            default:
                var decimals = (int)section.Number("decimals", 0, 5, 1);
                return new TransformRule((_, _) => new ToCoarseCoordinates(decimals));
        }
    }

    private sealed class ToPrefix(int length) : Transform
    {
        protected override void MaskCell(CellColumn cells, int i, CellColumn masked)
        {
            var cell = cells[i];
            var cut = Utf8Text.IndexOfCharacter(cell, length);
            if (cut == cell.Length)
                throw cells.Fault(i, RecordError.ValueTooShort, $"it has no more than {length} characters, so a prefix would be all of it");
            var prefix = masked.Reserve(cut);
            cell[..cut].CopyTo(prefix);
            FormulaText.Disarm(prefix);
            masked.AddReserved(cut, cells.Row(i));
        }
    }

    private sealed class ToPostcodeArea(int keep, bool smallAreas) : Transform
    {
        /// <summary>Three digits of a ZIP code that stand for 20,000 people or fewer: those that the guidance on 45 CFR 164.514(b)
        /// lists from the census of 2000, and the two that the one of 2010 adds.</summary>
        private static readonly HashSet<int> s_smallAreas =
            [36, 59, 63, 102, 203, 205, 369, 556, 692, 790, 821, 823, 830, 831, 878, 879, 884, 890, 893];

        protected override void MaskCell(CellColumn cells, int i, CellColumn masked)
        {
            var cell = cells[i];
            var digits = cell.IndexOfAnyExceptInRange((byte)'0', (byte)'9') is >= 0 and var end ? end : cell.Length;
            // A ZIP code that lost its leading zero in a spreadsheet would tell another area.
            if (smallAreas && (digits is not (5 or 9) || (digits < cell.Length && !(digits == 5 && cell.Length == 10 && cell[5] == '-'))))
                throw cells.Fault(i, RecordError.NotOfThisForm, "not a ZIP code of five digits, or five and four");
            var cut = Utf8Text.IndexOfCharacter(cell, keep);
            if (cut == cell.Length) throw cells.Fault(i, RecordError.ValueTooShort, $"it has no more than {keep} characters, so a prefix would be all of it");
            var isSmall = smallAreas && s_smallAreas.Contains(((cell[0] - '0') * 100) + ((cell[1] - '0') * 10) + cell[2] - '0');
            masked.Add(isSmall ? "000"u8 : cell[..cut], cells.Row(i));
        }
    }

    private sealed class ToNetwork(int v4, int v6) : Transform
    {
        protected override void MaskCell(CellColumn cells, int i, CellColumn masked)
        {
            if (!IPAddress.TryParse(cells[i], out var address) || !IsPlain(address, cells[i]))
                throw cells.Fault(i, RecordError.NotOfThisForm, "not an IP address");
            Span<byte> bytes = stackalloc byte[16];
            address.TryWriteBytes(bytes, out var size);
            var kept = size == 4 ? v4 : v6;
            for (var bit = kept; bit < 8 * size; bit++) bytes[bit / 8] &= (byte)~(0x80 >> (bit % 8));
            var output = masked.Reserve(64);
            new IPAddress(bytes[..size]).TryFormat(output, out var length);
            masked.AddReserved(length, cells.Row(i));
        }

        /// <summary>Not 10.1 or 0x7f.1, which are addresses to some programs; and no zone, which names a network card.</summary>
        private static bool IsPlain(IPAddress address, ReadOnlySpan<byte> text)
        {
            if (address.AddressFamily == AddressFamily.InterNetworkV6) return address.ScopeId == 0 && !text.ContainsAny("[]%"u8);
            Span<byte> again = stackalloc byte[16];
            return address.TryFormat(again, out var length) && text.SequenceEqual(again[..length]);
        }
    }

    private sealed class ToCoarseCoordinates(int decimals) : Transform
    {
        protected override void MaskCell(CellColumn cells, int i, CellColumn masked)
        {
            var cell = cells[i];
            var output = masked.Reserve(80);
            var length = 0;
            var parts = 0;
            while (true)
            {
                var end = cell.IndexOfAny((byte)',', (byte)';', (byte)' ');
                var part = end < 0 ? cell : cell[..end];
                if (++parts > 2 || !PlainNumber.TryRead(part, out var number) || Math.Abs(number) > 180)
                    throw cells.Fault(i, RecordError.NotOfThisForm, "not a latitude, a longitude, or both with a comma between them");
                length += Encoding.ASCII.GetBytes(
                    Math.Round(number, decimals, MidpointRounding.ToZero).ToString($"F{decimals}", CultureInfo.InvariantCulture), output[length..]);
                if (end < 0) break;
                cell = cell[end..];
                var behind = cell.IndexOfAnyExcept((byte)',', (byte)';', (byte)' ');
                if (behind is < 0 or > 2) throw cells.Fault(i, RecordError.NotOfThisForm, "not a latitude, a longitude, or both with a comma between them");
                cell[..behind].CopyTo(output[length..]);
                length += behind;
                cell = cell[behind..];
            }

            masked.AddReserved(length, cells.Row(i), cells.Kind(i) == CellKind.Number ? CellKind.Number : CellKind.Text);
        }
    }
}
