"""PostgreSQL: a voucher's row moves only beside its line, whoever writes.

The program writes the line first and the row after it, so that a plain trigger sees both; a
database user who changes what is spent, the state or a date by hand is refused. What a line may be
depends on the writer's rights: a till's user neither issues nor hands over nor extends. No line is
from the future by the server's clock, which no machine's wrong one can pass.
"""

from sqlmodel import SQLModel

from cbi.ledger.vouchers.spending import postgres_function

_VOUCHER_FOLLOWS = """
CREATE FUNCTION voucher_follows() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE told record;
BEGIN
SELECT count(*) AS lines,
  sum(CASE e.kind WHEN 'redeem' THEN e.amount_minor WHEN 'reverse' THEN -e.amount_minor
      ELSE 0 END) AS spent,
  sum(CASE WHEN e.kind IN ('expire', 'void') THEN e.amount_minor
      WHEN e.kind = 'honour' THEN -e.amount_minor ELSE 0 END) AS closed,
  bool_or(e.seq = NEW.last_seq AND e.hash = NEW.last_hash) AS headed,
  bool_or(e.kind NOT IN ('redeem', 'reverse', 'extend', 'honour')) AS stated,
  bool_or(e.kind = 'honour') AS honoured,
  bool_or(e.kind = 'extend' AND e.valid_until = NEW.valid_until) AS extended,
  bool_or(e.kind = 'void' AND e.successor = NEW.successor) AS replaced,
  bool_and(e.kind <> 'reverse' OR EXISTS (SELECT 1 FROM public.entry r WHERE r.id = e.reverses
    AND r.voucher = e.voucher AND r.kind = 'redeem' AND r.amount_minor = e.amount_minor)) AS undone
INTO told FROM public.entry e
WHERE e.voucher = NEW.id AND e.seq > OLD.last_seq AND e.seq <= NEW.last_seq;
IF told.lines = 0 OR told.lines <> NEW.last_seq - OLD.last_seq OR NOT told.headed
  OR told.spent <> NEW.spent_minor - OLD.spent_minor
  OR told.closed <> NEW.closed_minor - OLD.closed_minor
  OR NOT told.undone OR told.honoured AND OLD.state <> 'expired'
  OR NEW.state <> OLD.state AND NOT told.stated
  OR (NEW.valid_until, NEW.closes_at) <> (OLD.valid_until, OLD.closes_at)
    AND told.extended IS NOT TRUE
  OR NEW.successor IS DISTINCT FROM OLD.successor AND told.replaced IS NOT TRUE
THEN RAISE EXCEPTION 'voucher % changes only beside its line', NEW.serial; END IF;
RETURN NULL;
END $$
"""

_LINE_BY_DUTY = """
CREATE FUNCTION line_by_duty() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
IF NOT (CASE
  WHEN NEW.kind = 'extend' THEN has_column_privilege('public.voucher', 'valid_until', 'UPDATE')
  WHEN NEW.kind = 'honour' THEN has_table_privilege('public.late_verdict', 'INSERT')
  WHEN NEW.kind IN ('block', 'unblock') THEN has_table_privilege('public.leaf', 'INSERT')
  ELSE has_table_privilege('public.voucher', 'INSERT') END)
THEN RAISE EXCEPTION 'a line % is not for this database user', NEW.kind
  USING ERRCODE = 'insufficient_privilege'; END IF;
RETURN NEW;
END $$
"""

_LINE_IN_TIME = """
CREATE FUNCTION line_in_time() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
IF NOT has_table_privilege('public.entry', 'TRUNCATE')
THEN RAISE EXCEPTION 'a line from the future, by the server''s clock'; END IF;
RETURN NEW;
END $$
"""
"""Only who owns the table, and brings a backup back, may write one."""
_DAY_AFTER = (
    "decode(lpad(to_hex((extract(epoch FROM clock_timestamp()) * 1000)::bigint + 86400000),"
    " 12, '0'), 'hex')"
)


def follow_lines(voucher: type[SQLModel], entry: type[SQLModel]) -> None:
    """Let the schema of these two tables come with the triggers and the till's function."""
    tables = SQLModel.metadata.tables
    tables[str(voucher.__tablename__)].info["postgresql_triggers"] = [
        _VOUCHER_FOLLOWS.strip(),
        "CREATE TRIGGER voucher_follows AFTER UPDATE ON voucher "
        "FOR EACH ROW EXECUTE FUNCTION voucher_follows()",
    ]
    tables[str(entry.__tablename__)].info["postgresql_triggers"] = [
        _LINE_BY_DUTY.strip(),
        "CREATE TRIGGER entry_by_duty BEFORE INSERT ON entry FOR EACH ROW "
        "WHEN (NEW.kind NOT IN ('redeem', 'reverse', 'expire', 'void')) "
        "EXECUTE FUNCTION line_by_duty()",
        _LINE_IN_TIME.strip(),
        "CREATE TRIGGER entry_in_time BEFORE INSERT ON entry FOR EACH ROW "
        f"WHEN (NEW.id >= {_DAY_AFTER}) EXECUTE FUNCTION line_in_time()",
        postgres_function().strip(),
    ]
