"""What does each error code mean, and how is it repaired? One list for people, the documentation and its test."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

__all__ = ["CODES", "Code", "error_reference"]


@dataclass(frozen=True, slots=True)
class Code:
    """One stable code.

    Parameters
    ----------
    name
        Kebab-case name, as in the JSON of a problem.
    meaning
        The rule that is broken.
    repair
        What to do.
    is_warning
        True if the plan goes on with it.
    """

    name: str
    meaning: str
    repair: str
    is_warning: bool = False


_FILES: Final = (
    Code("folder-missing", "The program folder does not exist.", "Check the name; `rackwright init` makes one."),
    Code("file-missing", "A file does not exist.", "Check its name and folder."),
    Code("file-empty", "A file is empty or holds only comments.", "Fill it or remove it."),
    Code(
        "file-not-read",
        "A YAML file lies in the folder and nothing reads it.",
        "Name it in `include`.",
        is_warning=True,
    ),
    Code("file-not-regular", "A folder, pipe or device stands where a file is needed.", "Name a plain file."),
    Code("file-not-text", "A file is binary or not UTF-8.", "Save it as UTF-8 text."),
    Code("file-outside", "A file name leads out of the program folder.", "Copy the file into the folder."),
    Code("file-too-large", "A file is above the size limit.", "Move bulk tables to CSV, or split them."),
    Code("file-unreadable", "The system refuses to read a file.", "Check permissions."),
    Code("included-twice", "`include` names a file that is read already.", "Remove the entry."),
    Code("too-many-problems", "More problems than are listed.", "Repair the listed ones first."),
)
_YAML: Final = (
    Code("syntax", "The file is not YAML (or JSON).", "Look at the line: indentation, quotes, colons."),
    Code("duplicate-key", "A key is given twice, in one file or in two.", "Keep one."),
    Code("bad-key", "A key is empty, or is not text.", "Write a plain word."),
    Code(
        "bad-number",
        "A number is not finite, too large, or has leading zeros.",
        "Correct it, or quote it if it is text.",
    ),
    Code("control-character", "Text holds a character that cannot be shown on one line.", "Remove it."),
    Code("merge-key", "The YAML merge key `<<` is not allowed.", "Write the values out."),
    Code("several-documents", "A file holds more than one YAML document.", "Keep one."),
    Code("tag", "YAML tags are not allowed.", "Remove the tag."),
    Code("too-deep", "Lists and mappings are nested too deep.", "Flatten the file."),
    Code("too-many-aliases", "Aliases repeat too many values.", "Write them out, or use a CSV table."),
    Code("too-many-values", "A file holds too many values.", "Use CSV tables."),
    Code("unknown-alias", "An alias has no anchor before it.", "Define the anchor first."),
)
_CSV: Final = (
    Code("missing-column", "A CSV file lacks a column that is mapped or needed.", "Add it, or correct `columns`."),
    Code("duplicate-column", "A CSV file has a column twice.", "Keep one."),
    Code("empty-column-name", "A column of a CSV file has no name.", "Name it or remove it."),
    Code("ragged-row", "A row has more or fewer fields than the header.", "Quote text that holds a comma."),
    Code("csv-quoting", "A quoted field of a CSV file is not closed.", "Close the quote."),
    Code("field-too-long", "A field of a CSV file is far too long.", "Check the quotes."),
    Code("too-many-columns", "A CSV file has too many columns.", "Remove some."),
    Code("too-many-rows", "A CSV file has too many rows.", "Split it."),
    Code("weather-form", "A weather file is neither an EPW file nor a table of hours.", "Give an EPW file."),
    Code(
        "weather-gap",
        "A weather file lacks over a day in a row or is no whole year; design conditions stand in.",
        "Give a whole year.",
    ),
    Code("weather-filled", "Hours of a weather file are missing and interpolated.", "Give a file without gaps."),
    Code("not-flat", "A field with rows of its own stands in a CSV file.", "Write these rows in YAML."),
)
_SCHEMA: Final = (
    Code("missing-field", "A required field is missing.", "Add it."),
    Code("unknown-field", "There is no such field, key or column.", "Correct the spelling."),
    Code("empty-value", "A key has no value.", "Give it one, or remove the key."),
    Code("wrong-type", "A value is of another type, such as text for a list.", "Write what is asked for."),
    Code("not-allowed", "A value is not one of those allowed.", "Use a listed one."),
    Code(
        "bad-config",
        "A model's config.json is no object, contradicts itself, or states no layers, width, heads or vocabulary.",
        "Take the file as published beside the model.",
    ),
    Code("bad-id", "An id holds other characters than A-Z a-z 0-9 _ . + -.", "Put other text in `name`."),
    Code("bad-date", "A day is not written YYYY-MM-DD, or does not exist.", "Write it like 2027-03-01."),
    Code("wrong-unit", "A quantity lacks its unit, or has one of another dimension.", "Use a listed unit."),
    Code("not-a-quantity", "Something else stands where a quantity is needed.", "Write a number with unit."),
    Code("negative-value", "A value is negative that cannot be.", "Correct it."),
    Code("out-of-range", "A number is outside its bounds.", "Correct it."),
    Code("number-too-large", "A number is larger than any build-out can hold.", "Check exponent and unit."),
    Code("too-few", "A list needs more entries.", "Add one."),
    Code("invalid-value", "A value breaks another rule of its field.", "See the message."),
)
_REFERENCES: Final = (
    Code("duplicate-id", "Two rows have one name.", "Rename or remove one."),
    Code("unknown-reference", "A name refers to nothing.", "Correct the spelling, or add the row."),
    Code("not-planned-here", "A name refers to a table this program leaves out.", "Add the table.", is_warning=True),
    Code("unknown-part", "The catalog has no such part.", "Correct the spelling, or add it in `catalog/`."),
    Code("wrong-part-class", "A part is of another class or role than its place takes.", "Name a part of that class."),
    Code(
        "protocol-mismatch", "A switch speaks another protocol than the fabric.", "Choose another, or set `protocol`."
    ),
    Code("rails-do-not-fit", "Rails and planes do not divide a rack's scale-out ports.", "Use a divisor."),
    Code("no-free-ports", "Reserved ports leave none on a leaf.", "Reserve fewer."),
    Code(
        "too-many-leaf-ports",
        "Pinned endpoint ports, uplinks and reserved ports of a leaf are more than its ports.",
        "Pin fewer, or leave one of the pins 0.",
    ),
)
_DATES: Final = (
    Code("date-order", "A date does not follow the one it must.", "Exchange or correct the dates."),
    Code("date-outside-horizon", "A date lies outside the horizon.", "Check the year, or move the horizon."),
    Code("measured-run-incomplete", "A measured run lacks its lengths, its load or its speed.", "State them."),
    Code("plan-begins-in-past", "The horizon begins before `as_of`.", "Begin it later.", is_warning=True),
    Code("horizon-too-long", "The horizon runs over more than fifty years.", "Check the years."),
    Code("list-out-of-order", "Dated entries of a list are not in order.", "Sort them."),
    Code("actual-in-future", "Something is said to have happened after `as_of`.", "Correct it, or move `as_of`."),
    Code("finished-not-started", "An activity is finished but never started.", "Add `started`."),
    Code("done-not-started", "Part of an activity is done, but it has not started.", "Add `started`."),
    Code("promise-overdue", "An open order was promised before `as_of`.", "Ask for a new promise.", is_warning=True),
    Code("campus-link-missing", "A run on several campuses lacks their link.", "Give its rate and latency."),
    Code(
        "smoothing-way",
        "A line against swings or losses of load names no way, several, or one that does not help.",
        "Copy a line of the view `transients`.",
    ),
    Code(
        "few-replicas",
        "A global batch divides among few numbers of replicas, so gangs may be far larger than need be.",
        "Take a nearby batch with more divisors.",
        is_warning=True,
    ),
    Code(
        "context-too-long",
        "A sequence, or a prompt with its answer, is longer than the context of its model.",
        "Shorten it, or state the longer context in an architecture of your own.",
        is_warning=True,
    ),
    Code("campus-parts", "A run cannot be divided among its campuses.", "Change campuses, batch or blocks."),
    Code(
        "no-effect",
        "What is written changes nothing, or only costs.",
        "Give what it needs, or remove it.",
        is_warning=True,
    ),
)
_SITES: Final = (
    Code("bad-keep-out", "A kept-out position is not `row/position`, or not in the hall.", "Correct it."),
    Code("bad-columns", "Columns of a hall are as wide as their pitch.", "Correct size or pitch."),
    Code("hall-on-other-site", "A hall of a block stands on another site.", "Name halls of the block's site."),
    Code("configuration-of-other-platform", "A tranche's SKU is not of the block's platform.", "Use one of its SKUs."),
    Code("too-many-units", "Units exceed those of the block.", "Enlarge the block or shrink a tranche."),
    Code("two-rest-tranches", "Two tranches of a block take the rest.", "Give one its units."),
    Code("too-many-racks", "More racks are accepted than the tranche holds.", "Correct the count."),
    Code("workload-not-allowed", "A block is meant for a workload that may not run on it.", "Change one of the two."),
)
_SUPPLY: Final = (
    Code("bom-cycle", "An item contains itself.", "Remove one of the rows shown."),
    Code("effectivity-overlap", "Two rows say the same of one pair on the same day.", "Set `from` and `to` apart."),
    Code("tranche-row-elsewhere", "A row by tranche names racks that do not hold its parent.", "Name others."),
    Code("revision-name", "A row has the name that a revision by tranche gets.", "Give it another id."),
    Code("tranche-without-row", "All rows of a group name tranches, and one is left out.", "Name the tranche too."),
    Code("tranche-row-in-bought-item", "An offer does not say which revision by tranche it brings.", "Make the item."),
    Code("alternate-not-qualified", "An alternate has no qualification date.", "Add `qualified`.", is_warning=True),
    Code("made-at-hub", "A hub is said to make something.", "Name a plant."),
    Code("cell-in-other-plant", "A route uses a cell of another plant.", "Name a cell of the plant."),
    Code("route-without-make", "A route step is for an item not made there.", "Add it to `makes`."),
    Code("opening-of-nothing", "An opening opens nothing.", "Add `cells`, `adds` or `qualifies`."),
    Code("opening-without-offer", "An opening qualifies a source that offers nothing.", "Add the offer."),
    Code("opened-twice", "A cell or source is opened by two rows.", "Keep one of the two."),
    Code("rung-lapses-early", "A rung of terms expires before it can be decided.", "Let it hold longer."),
    Code(
        "minimum-above-allocation",
        "The smallest order of an offer is more than a week's allocation, also with the rungs held.",
        "Lower the minimum, raise the allocation, or hold a rung that secures it.",
        is_warning=True,
    ),
    Code(
        "end-use-without-campus",
        "No campus has the end use of a duty rule, so the rule never applies.",
        "List its words in `end_uses` of the sites they hold for, or leave `end_use` out.",
        is_warning=True,
    ),
    Code("terms-without-offer", "Terms are for an offer that is not there.", "Add the offer.", is_warning=True),
    Code("commit-without-offer", "A commit is for an offer that is not there.", "Add the offer.", is_warning=True),
    Code("item-without-source", "Nobody makes or sells an item.", "Add an offer or a make.", is_warning=True),
    Code("item-unused", "Nothing uses an item.", "Add it to `bom`, or remove it.", is_warning=True),
    Code(
        "tank-without-pumps",
        "A hall has a tank, but its pumps are not fed from UPS.",
        "Set `cooling_on_ups` of the site.",
        is_warning=True,
    ),
    Code("bad-country", "A country is not an ISO 3166 alpha-2 code.", "Write two capital letters."),
)
_PROJECTS: Final = (
    Code("project-cycle", "An activity waits for itself.", "Remove one of the links shown."),
    Code("bad-lag", "The lag of a link or of an entry of `after` cannot be read.", "Write `evt +5 days`."),
    Code("lag-order", "The most time between two activities is less than the least.", "Exchange them."),
    Code("activity-without-mode", "An activity has no mode, so no duration.", "Add `modes`."),
    Code("gate-with-modes", "A gate has modes.", "Remove them."),
    Code("procured-without-offer", "A procurement has neither a mode nor an offer.", "Add one of them."),
    Code(
        "consumable-overdrawn",
        "All activities together use up more of a consumable resource than there is.",
        "Give it more, or ask for less.",
    ),
    Code("demand-above-capacity", "A mode asks for more of a resource than there is.", "Ask for less."),
    Code("not-a-gate", "What a project delivers hangs on something that is not a gate.", "Name a gate."),
    Code("no-working-day", "A calendar or resource has no working day.", "List weekdays, or shorten a shutdown."),
    Code(
        "deadline-too-early",
        "A deadline is before the end of the longest chain of links; the plan shows the project late.",
        "Move it, or shorten the chain.",
        is_warning=True,
    ),
    Code(
        "deadline-before-due",
        "A deadline, which must be kept, is before the due date, which may be missed.",
        "Move one of the two.",
        is_warning=True,
    ),
    Code(
        "most-lag-impossible",
        "Other links hold the two ends of a link further apart than its most lag; the plan stretches the link.",
        "Write the least lag that the message names, or shorten the path it shows.",
        is_warning=True,
    ),
)
_SCENARIOS: Final = (
    Code("scenario-cycle", "A scenario refines itself.", "Correct `parent`."),
    Code("unknown-disclosure", "The disclosure list names a field that no document shows.", "Correct the spelling."),
    Code("reserved-name", "A scenario has the name of the program without changes.", "Give it another id."),
    Code(
        "branch-before-parent",
        "A scenario is known earlier than the one it refines.",
        "Correct one of the days.",
        is_warning=True,
    ),
    Code(
        "scenario-without-change",
        "A scenario changes nothing: it is planned as what it refines.",
        "Add `changes` or `shifts`.",
        is_warning=True,
    ),
    Code("no-scenarios", "The list of scenarios is empty.", "Add a scenario, or take the list away.", is_warning=True),
    Code(
        "no-probability",
        "No scenario has a probability: what to decide now sees the base program alone.",
        "Give those a `probability` that may come true.",
        is_warning=True,
    ),
    Code(
        "branch-without-chance",
        "A branch has a probability, and what it refines has none: it never comes true.",
        "Give its parent a `probability`.",
        is_warning=True,
    ),
    Code("probability-above-one", "Branches of one parent add up to more than 1.", "Lower them."),
    Code(
        "probability-above-part",
        "What refines or merges a scenario has a higher chance than the scenario.",
        "Lower it, or raise that of the scenario it rests on.",
    ),
    Code("not-one-operation", "A change has none or several of set, scale, shift, add, remove.", "Keep one."),
    Code("bad-path", "A change's path names nothing, or not what its operation needs.", "Correct the path."),
    Code("change-matches-nothing", "A change's path fits no row.", "Correct the name in brackets."),
    Code("not-a-number", "Something other than a number is scaled.", "Use `set`."),
    Code("not-a-time", "Something other than a date or a time is shifted.", "Use `set` or `scale`."),
    Code("bad-shift", "A shift of a scenario lacks what its kind needs.", "Add the fields named in the message."),
    Code(
        "merge-parents",
        "A scenario has both `parent` and `merges`, or merges fewer than two.",
        "Keep `parent`, or name two scenarios in `merges`.",
    ),
    Code(
        "merge-conflict",
        "Scenarios that are merged give a field different values, or one removes what the other changes.",
        "Set the value in the `changes` of the scenario that merges them.",
    ),
    Code(
        "nothing-left",
        "After a loss nothing offers or makes an item that something gave before.",
        "Add a source in the scenario's `changes`, or keep it: the plan then tells what waits for it.",
        is_warning=True,
    ),
    Code("bad-change", "A new value breaks a rule of its field.", "See the message."),
)
_CATALOG: Final = (
    Code("bad-catalog-file", "A catalog file lacks `class` or `parts`.", "Write both."),
    Code("unknown-class", "There is no such class of parts.", "Use a listed class."),
    Code("part-without-id", "A part has no id.", "Add `id`."),
    Code("bad-text", "A text field of a part is not text.", "Quote it."),
    Code("bad-fact", "A fact cannot be read.", "Write `value` with its unit."),
    Code("bad-facts", "`facts` is not a mapping.", "Write `field: value`."),
    Code("bad-unit", "A fact has a unit of another dimension.", "Use a listed unit."),
    Code("bad-source", "A source lacks a field.", "Add it."),
    Code("bad-band", "Low, value and high of a fact are not in order.", "Correct them."),
    Code("bad-share", "A share is not between 0 and 1.", "Correct it."),
    Code("bad-shape", "A model's shape contradicts itself.", "Compare with its published configuration."),
    Code("bad-structure", "A part's structure contradicts itself.", "Compare with its source."),
    Code("no-source", "A fact has no source.", "Add one, or mark it an assumption with low and high."),
    Code("missing-fact", "A part lacks a fact it must have.", "Add it."),
    Code("missing-impedance", "A part lacks an impedance; that of the nearest built-in part stands in.", "Add it."),
    Code("negative-fact", "A fact is negative.", "Correct it."),
    Code("assumption-without-band", "An assumption has no low and high.", "Add them."),
    Code(
        "bad-definition",
        "A definition has low and high, or does not say what defines it.",
        "Give one value and `at`; a figure that could be another is an assumption.",
    ),
    Code("binary-size", "A memory size looks like the wrong prefix (GB or GiB).", "Check the unit.", is_warning=True),
    Code("sparse-figure", "A peak looks like the sparse figure, twice the dense one.", "Give the dense one."),
    Code("tray-power", "A tray's power contradicts its accelerators'.", "Check both."),
    Code("unknown-fact", "A part carries no such figure.", "Correct the name."),
    Code("unknown-kind", "There is no such kind of evidence.", "Use a listed one."),
    Code("unknown-source", "There is no such source.", "Add it to sources.yaml."),
    Code("unknown-status", "There is no such status.", "Use a listed one."),
)
_STAGES: Final = (
    Code(
        "rack-without-accelerator",
        "A configuration that workloads are sized on holds no accelerator.",
        "Give its trays one, or another platform.",
    ),
    Code("duplicate-structure", "A part stands twice below one parent, placed and in `bom`.", "Remove one of the two."),
    Code("structure-cycle", "An item is below itself, through `bom` and rack contents together.", "Break the loop."),
)
_MODELS: Final = (
    Code("mps-bad-section", "A section of an MPS or SMPS file is missing, unknown or out of place.", "Correct it."),
    Code("mps-bad-line", "A line has not the words its section asks for.", "Write the line as the message shows."),
    Code("mps-bad-number", "A number of an MPS or SMPS file cannot be read.", "Write a finite decimal number."),
    Code("mps-unknown-name", "A line names a row, column, period or scenario nothing declares.", "Correct it."),
    Code("mps-duplicate", "A name or a value of a model is given twice.", "Remove one of the two."),
    Code("mps-contradiction", "The bounds of a column cross.", "Correct one of them."),
    Code("smps-stage-order", "Something is needed before it is decided or known.", "Move it to the later stage."),
    Code("smps-bad-probability", "Probabilities are outside [0, 1] or do not add up to 1.", "Correct them."),
    Code("smps-empty", "A time or stochastics file leaves out what it is for.", "Fill it as the message shows."),
    Code("smps-unsupported", "A form of SMPS that is not read.", "Give discrete values with probabilities."),
)
_DEVICES: Final = (
    Code("no-data-ports", "A device type has no data port of a known kind.", "Say what it is with --as."),
    Code("unknown-interface-type", "An interface has a type that the library does not know.", "Use a listed one."),
    Code("missing-name", "A port of a device type has no name.", "Name it."),
    Code("duplicate-port", "A device type has two ports of one name.", "Remove one, or give it its own number."),
    Code(
        "missing-port",
        "A number is missing from a run of ports.",
        "Add the port, or leave it if there is none.",
        is_warning=True,
    ),
    Code(
        "misnumbered-port",
        "The number of a port is written twice, off the step of its run, or the run starts late.",
        "Correct the name if it is wrong.",
        is_warning=True,
    ),
    Code("impossible-draw", "No power port draws so much or so little.", "Give the watts of one supply."),
    Code("impossible-height", "The height is no multiple of half a rack unit, or too large.", "Correct it."),
    Code("impossible-weight", "The weight is not above zero, or has no known unit.", "Correct it."),
    Code(
        "hardly-a-switch",
        "A device-type file of few ports is of a tray or server; a tray of role control is made of it.",
        "Say what it is with --as.",
        is_warning=True,
    ),
    Code(
        "left-out-port",
        "A switch of the catalog cannot hold ports of a third kind.",
        "See the message.",
        is_warning=True,
    ),
    Code("left-out-airflow", "The catalog has no word for a way of the air.", "Set it by hand.", is_warning=True),
)
_COMMANDS: Final = (
    Code("bad-option", "An option of a command cannot be read or lacks its partner.", "Write it as the message shows."),
    Code("bad-pack", "A file is not a pack of another party.", "Name a file that `rackwright pack` wrote."),
    Code("bad-specification", "A file is not a requirement specification.", "Name a file that `advise --spec` wrote."),
    Code("broken-digest", "A pack does not match its digest.", "Ask for the file as it was made."),
    Code("broken-plan", "A file of an output folder was changed or lost.", "Plan again."),
    Code("broken-signature", "A pack is not signed with this key.", "Ask the sender, or name the right key."),
    Code("missing-extra", "An optional part of the product is not installed.", "Install it as the message says."),
    Code("no-cluster", "No scheduler answers at the address of a cluster.", "Give the address the scheduler prints."),
    Code("file-exists", "A file to be written is there already.", "Choose another name, or use `--replace`."),
    Code("folder-not-empty", "A folder to be made exists and holds something.", "Name a new folder."),
    Code("folder-not-ours", "The output folder holds files that no plan wrote.", "Name another folder, or empty it."),
    Code("not-a-plan", "A folder is not the output of a plan.", "Run `rackwright plan DIR -o OUT` first."),
    Code(
        "bad-mapping",
        "A column of an import is not written as a field and a heading.",
        "Write `--column lead_time=LT`.",
    ),
    Code(
        "file-not-ours",
        "A CSV file that an import would replace has headings of another system.",
        "Move it away, or take its mapping out of the program.",
    ),
    Code("not-a-workbook", "A file named .xlsx is no workbook.", "Save it as XLSX or CSV."),
    Code(
        "program-missing",
        "Rows of a table are imported without a program to check them against.",
        "Name its folder with `--program`.",
    ),
    Code("unknown-sheet", "A workbook has no sheet of that name.", "Check the name."),
    Code("no-such-block", "A promise is asked of a platform at a site where no block is.", "Name one of those listed."),
    Code("change-missing", "A what-if names no edit and no scenario.", "Name edits with --set, or a --scenario."),
    Code("thing-missing", "The view is about one thing, and none was named.", "Name it after the view."),
    Code("nothing-disclosed", "The disclosure list agrees nothing for this party.", "Add rows to `disclosure`."),
    Code("nothing-to-advise", "Advice needs a platform and a workload.", "Add both to the program."),
    Code("output-changed", "A published file no longer has its digest.", "Plan again."),
    Code("output-missing", "A published file is gone.", "Plan again."),
    Code("pack-of-another", "A pack is for another party, or of another kind.", "Ask for one made for this program."),
    Code("plan-of-another-version", "Another version of the product wrote this plan.", "Plan again."),
    Code("price-missing", "A platform to be advised on states no price.", "State the price of a rack, as a range."),
    Code("specification-changed", "A specification does not match its digest.", "Ask for the file as it was made."),
    Code("specification-of-another", "A specification is of another platform.", "Name another file."),
    Code("unknown-example", "There is no such example program.", "Use a listed one."),
    Code("unknown-file", "No file of a program has this name.", "Use a listed one."),
    Code("unknown-format", "There is no such export format.", "Use a listed one."),
    Code("unknown-party", "The program names no such party.", "Use a listed one."),
    Code("unknown-platform", "The program has no such platform.", "Use a listed one."),
    Code("unknown-table", "There is no such result table.", "List them with `rackwright show OUT`."),
    Code("unknown-thing", "Nothing of that name is in the plan.", "Use a name the message lists."),
    Code("unknown-topic", "There is no such topic of validation.", "Use a listed one."),
    Code("unknown-view", "There is no such view.", "List them with `rackwright show OUT`."),
    Code("unlike-things", "What is compared is not of one kind.", "Name two plans, programs or specifications."),
)
_SCHEDULES: Final = (
    Code("not-a-schedule", "A file to import is neither MSPDI nor XER as was said.", "Export it again in that form."),
    Code("schedule-without-tasks", "A schedule file holds no task.", "Export it with its tasks."),
    Code("file-cut-short", "A file ends in the middle: its rest is missing.", "Export or copy it again."),
    Code("bad-xml", "A file is not well-formed XML.", "Look at the line for an open tag, or a plain & or <."),
    Code(
        "xml-entities",
        "An XML file declares a document type or entities, which can unpack to more than memory holds.",
        "Remove all <!DOCTYPE and <!ENTITY parts, or export the file again.",
    ),
    Code("bad-encoding", "An XML file declares an encoding other than UTF-8.", "Save it as UTF-8."),
    Code("date-out-of-range", "A date of a schedule file lies outside the years that are read.", "Correct the year."),
    Code("bad-duration", "A duration of a schedule file cannot be read.", "Write PT40H0M0S for five days."),
    Code("unknown-link-type", "The type of a link of a schedule file is unknown.", "Write one of those listed."),
)
_SECTIONS: Final = (
    ("Files", _FILES),
    ("YAML", _YAML),
    ("CSV", _CSV),
    ("Fields", _SCHEMA),
    ("Names and parts", _REFERENCES),
    ("Dates", _DATES),
    ("Sites", _SITES),
    ("Supply", _SUPPLY),
    ("Projects", _PROJECTS),
    ("Scenarios", _SCENARIOS),
    ("Catalog", _CATALOG),
    ("Stages", _STAGES),
    ("Linear models", _MODELS),
    ("Device types", _DEVICES),
    ("Schedule files", _SCHEDULES),
    ("Commands", _COMMANDS),
)
CODES: Final[tuple[Code, ...]] = tuple(code for _, codes in _SECTIONS for code in codes)
"""Every code a problem can carry."""

_INTRODUCTION: Final = """# Errors

Generated from `rackwright.program.codes`; do not edit by hand.

`rackwright check DIR` lists every problem of a program at once, errors first, each with its place, the rule that is
broken, and a repair. The code is stable: scripts may rely on it (`--json`). An error stops the plan (exit code 2); a
*warning* does not.
"""


def error_reference() -> str:
    """The page of all codes as Markdown."""
    lines = [_INTRODUCTION]
    for title, codes in _SECTIONS:
        lines += [f"## {title}", "", "| code | meaning | repair |", "|---|---|---|"]
        for code in codes:
            warning = " *(warning)*" if code.is_warning else ""
            lines.append(f"| `{code.name}` | {code.meaning}{warning} | {code.repair} |")
        lines.append("")
    return "\n".join(lines).rstrip() + "\n"
