// How an example is drawn, by what is stored of it.
extension NotebookCode {
  static let drawImage = #"""
    def draw(axes, values):
        """A face as it is."""
        axes.imshow(values[:, :, 0], cmap="gray", vmin=0, vmax=255)
    """#

  static let drawSpectrogram = #"""
    TICKS = TICK_LIST  # rows and what stands beside them

    def draw(axes, values):
        """A sound by its frequencies over time: darker is louder."""
        axes.axis("on")
        axes.grid(False)
        axes.imshow(values[:, :, 0], origin="lower", aspect="auto", cmap="Blues", vmin=LEAST, vmax=MOST,
                    extent=[EXTENT, -0.5, len(values) - 0.5])
        axes.set_yticks([row for row, _ in TICKS], [label for _, label in TICKS])
        axes.set_xlabel("TIME_LABEL", fontsize=7)
        axes.set_ylabel("ROW_LABEL", fontsize=7)
        axes.tick_params(labelsize=6)
    """#

  /// What the drawings of series and tables begin with.
  private static let standardised = #"""
    def standardised(values):
        """Deviations from the mean of the training rows."""
        manifest = json.loads((DATA / "manifest.json").read_bytes())
        deviation = np.array(manifest["standard_deviation"])
        distance = (values - np.array(manifest["mean"])) / np.where(deviation > 0, deviation, 1)
        return np.where(deviation > 0, distance, 0)
    """#

  static let drawSeries =
    standardised
      + #"""


      NAMES = NAME_LIST

      def draw(axes, values):
          """What a sound is like over time: darker is more than usual."""
          axes.axis("on")
          axes.grid(False)
          axes.imshow(standardised(values).T, aspect="auto", cmap="Blues", vmin=LEAST, vmax=MOST,
                      extent=[EXTENT, values.shape[1] - 0.5, -0.5])
          axes.set_yticks(range(len(NAMES)), NAMES)
          axes.set_xlabel("TIME_LABEL", fontsize=7)
          axes.tick_params(labelsize=4.5)
      """#

  static let drawBars =
    standardised
      + #"""


      def draw(axes, values):
          """The columns in which a row is most unusual."""
          names = json.loads((DATA / "manifest.json").read_bytes()).get("columns")
          deviations = standardised(values)
          order = np.argsort(-np.abs(deviations), kind="stable")[:8][::-1]
          axes.axis("on")
          axes.barh(range(len(order)), deviations[order], color=GREY)
          axes.set_yticks(range(len(order)), [names[i] if names else f"column {i + 1}" for i in order])
          axes.axvline(0, color=GREY, linewidth=1)
          axes.set_xlabel("deviations from the mean", fontsize=7)
          axes.tick_params(labelsize=6)
      """#
}
