namespace SecureExchange.Samples.Labelled;

/// <summary>A text of which is known what personal data it has, and where.</summary>
/// <param name="Format">What kind of text: <c>letter</c>, <c>chat</c>, <c>transcript</c>.</param>
/// <param name="Text">The text.</param>
/// <param name="Labels">By start.</param>
public sealed record LabelledText(string Format, string Text, IReadOnlyList<Label> Labels);

/// <param name="Entity">As detectors call it.</param>
/// <param name="Start">First character (UTF-16).</param>
/// <param name="End">The character behind the last.</param>
public sealed record Label(string Entity, int Start, int End);
