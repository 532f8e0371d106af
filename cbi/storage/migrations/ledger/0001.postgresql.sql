CREATE TABLE acceptance ( entry BYTEA NOT NULL, statement BYTEA NOT NULL, line BIGINT NOT NULL, settlement BYTEA NOT NULL,
    PRIMARY KEY (entry) )
-- next
CREATE INDEX acceptance_claim ON acceptance (statement, line)
-- next
CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$
-- next
CREATE TRIGGER acceptance_no_change BEFORE UPDATE OR DELETE ON acceptance FOR EACH ROW EXECUTE FUNCTION refuse_change()
-- next
CREATE TRIGGER acceptance_no_truncate BEFORE TRUNCATE ON acceptance FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
-- next
CREATE TABLE aid_counted ( round TEXT NOT NULL, category TEXT NOT NULL, person TEXT NOT NULL, household TEXT NOT NULL,
    PRIMARY KEY (round, category, person) )
-- next
CREATE TRIGGER aid_counted_no_change BEFORE UPDATE OR DELETE ON aid_counted FOR EACH ROW EXECUTE FUNCTION refuse_change()
-- next
CREATE TRIGGER aid_counted_no_truncate BEFORE TRUNCATE ON aid_counted FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
-- next
CREATE TABLE approval ( kind TEXT NOT NULL, object TEXT NOT NULL, said TEXT NOT NULL, given_by TEXT NOT NULL, given_at BIGINT NOT NULL, amount_minor BIGINT NOT NULL,
    PRIMARY KEY (kind, object, said, given_by),
    CONSTRAINT approval_kind CHECK (kind IN ('batch', 'settlement', 'decision')),
    CONSTRAINT approval_amount CHECK (amount_minor > 0 AND object <> '' AND said <> '') )
-- next
CREATE TRIGGER approval_no_change BEFORE UPDATE OR DELETE ON approval FOR EACH ROW EXECUTE FUNCTION refuse_change()
-- next
CREATE TRIGGER approval_no_truncate BEFORE TRUNCATE ON approval FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
-- next
CREATE TABLE approval_rule ( programme TEXT NOT NULL, number BIGINT NOT NULL, kind TEXT NOT NULL, from_minor BIGINT NOT NULL, people BIGINT NOT NULL, set_by TEXT NOT NULL, set_at BIGINT NOT NULL,
    PRIMARY KEY (programme, number),
    CONSTRAINT approval_rule_kind CHECK (kind IN ('batch', 'settlement', 'decision')),
    CONSTRAINT approval_rule_people CHECK (number >= 1 AND from_minor > 0 AND people BETWEEN 1 AND 3) )
-- next
CREATE TRIGGER approval_rule_no_change BEFORE UPDATE OR DELETE ON approval_rule FOR EACH ROW EXECUTE FUNCTION refuse_change()
-- next
CREATE TRIGGER approval_rule_no_truncate BEFORE TRUNCATE ON approval_rule FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
-- next
CREATE TABLE approved_list ( batch BYTEA NOT NULL, lines BYTEA NOT NULL,
    PRIMARY KEY (batch) )
-- next
CREATE TRIGGER approved_list_no_change BEFORE UPDATE OR DELETE ON approved_list FOR EACH ROW EXECUTE FUNCTION refuse_change()
-- next
CREATE TRIGGER approved_list_no_truncate BEFORE TRUNCATE ON approved_list FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
-- next
CREATE TABLE bank_end ( line BYTEA NOT NULL, kind TEXT NOT NULL, why TEXT NOT NULL, reason TEXT NOT NULL, fee_minor BIGINT NOT NULL, ended_by TEXT NOT NULL, ended_at BIGINT NOT NULL,
    PRIMARY KEY (line),
    CONSTRAINT bank_end_kind CHECK (kind IN ('paid', 'aside')),
    CONSTRAINT bank_end_reason CHECK ((kind = 'aside') = (reason <> '')),
    CONSTRAINT bank_end_fee CHECK (fee_minor >= 0) )
-- next
CREATE TRIGGER bank_end_no_change BEFORE UPDATE OR DELETE ON bank_end FOR EACH ROW EXECUTE FUNCTION refuse_change()
-- next
CREATE TRIGGER bank_end_no_truncate BEFORE TRUNCATE ON bank_end FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
-- next
CREATE TABLE bank_file ( id BYTEA NOT NULL, number TEXT NOT NULL, digest BYTEA NOT NULL, file TEXT NOT NULL, form TEXT NOT NULL, account TEXT NOT NULL, currency TEXT NOT NULL, line_count BIGINT NOT NULL, out_minor BIGINT NOT NULL, in_minor BIGINT NOT NULL, imported_by TEXT NOT NULL, imported_at BIGINT NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT bank_file_number UNIQUE (number),
    CONSTRAINT bank_file_once UNIQUE (digest),
    CONSTRAINT bank_file_form CHECK (form IN ('csv', 'mt940', 'camt053', '1c')),
    CONSTRAINT bank_file_sums CHECK (line_count >= 0 AND out_minor >= 0 AND in_minor >= 0) )
-- next
CREATE TRIGGER bank_file_no_change BEFORE UPDATE OR DELETE ON bank_file FOR EACH ROW EXECUTE FUNCTION refuse_change()
-- next
CREATE TRIGGER bank_file_no_truncate BEFORE TRUNCATE ON bank_file FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
-- next
CREATE TABLE bank_line ( id BYTEA NOT NULL, file BYTEA NOT NULL, number BIGINT NOT NULL, booked_on TEXT NOT NULL, amount_minor BIGINT NOT NULL, reference TEXT NOT NULL, payee TEXT NOT NULL, payee_number TEXT NOT NULL, purpose TEXT NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT bank_line_number UNIQUE (file, number),
    CONSTRAINT bank_line_amount CHECK (amount_minor > 0 AND number >= 1) )
-- next
CREATE TRIGGER bank_line_no_change BEFORE UPDATE OR DELETE ON bank_line FOR EACH ROW EXECUTE FUNCTION refuse_change()
-- next
CREATE TRIGGER bank_line_no_truncate BEFORE TRUNCATE ON bank_line FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
-- next
CREATE TABLE bank_match ( payment BYTEA NOT NULL, line BYTEA NOT NULL, place BIGINT NOT NULL,
    PRIMARY KEY (payment),
    CONSTRAINT bank_match_place UNIQUE (line, place),
    CONSTRAINT bank_match_place_positive CHECK (place >= 1) )
-- next
CREATE TRIGGER bank_match_no_change BEFORE UPDATE OR DELETE ON bank_match FOR EACH ROW EXECUTE FUNCTION refuse_change()
-- next
CREATE TRIGGER bank_match_no_truncate BEFORE TRUNCATE ON bank_match FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
-- next
CREATE TABLE batch ( id BYTEA NOT NULL, number TEXT NOT NULL, round TEXT NOT NULL, state TEXT NOT NULL, voucher_count BIGINT NOT NULL, amount_minor BIGINT NOT NULL, list_hash BYTEA NOT NULL, drafted_hash BYTEA NOT NULL, drafted_by TEXT NOT NULL, drafted_at BIGINT NOT NULL, approved_by TEXT, approved_at BIGINT,
    PRIMARY KEY (id),
    CONSTRAINT batch_number UNIQUE (number),
    CONSTRAINT batch_state CHECK (state IN ('draft', 'issuing', 'approved', 'cancelled')),
    CONSTRAINT batch_approval CHECK ((state IN ('issuing', 'approved')) = (approved_by IS NOT NULL)),
    CONSTRAINT batch_amount CHECK (amount_minor > 0 AND voucher_count > 0) )
-- next
CREATE UNIQUE INDEX batch_issuing ON batch (round) WHERE state = 'issuing'
-- next
CREATE TABLE batch_line ( batch BYTEA NOT NULL, line BIGINT NOT NULL, beneficiary TEXT NOT NULL, city TEXT NOT NULL, language TEXT NOT NULL, category TEXT NOT NULL, part BIGINT NOT NULL, amount_minor BIGINT NOT NULL,
    PRIMARY KEY (batch, line),
    CONSTRAINT batch_line_amount CHECK (amount_minor > 0) )
-- next
CREATE TRIGGER batch_line_no_change BEFORE UPDATE OR DELETE ON batch_line FOR EACH ROW EXECUTE FUNCTION refuse_change()
-- next
CREATE TRIGGER batch_line_no_truncate BEFORE TRUNCATE ON batch_line FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
-- next
CREATE TABLE category_terms ( round TEXT NOT NULL, category TEXT NOT NULL, cap_minor BIGINT, round_to_minor BIGINT, denominations TEXT NOT NULL,
    PRIMARY KEY (round, category),
    CONSTRAINT category_terms_amounts CHECK (cap_minor > 0 AND round_to_minor > 0) )
-- next
CREATE TRIGGER category_terms_no_change BEFORE UPDATE OR DELETE ON category_terms FOR EACH ROW EXECUTE FUNCTION refuse_change()
-- next
CREATE TRIGGER category_terms_no_truncate BEFORE TRUNCATE ON category_terms FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
-- next
CREATE TABLE city ( code TEXT NOT NULL, names TEXT NOT NULL, kato TEXT, iso TEXT, pcode TEXT,
    PRIMARY KEY (code),
    CONSTRAINT city_code CHECK (code <> '' AND code = lower(code)),
    CONSTRAINT city_names CHECK (names LIKE '{%%}') )
-- next
CREATE TABLE city_alias ( city TEXT NOT NULL, name TEXT NOT NULL, language TEXT NOT NULL, valid_from TEXT NOT NULL, valid_until TEXT NOT NULL,
    PRIMARY KEY (city, name, language, valid_from, valid_until),
    CONSTRAINT city_alias_name CHECK (name <> ''),
    CONSTRAINT city_alias_dates CHECK (valid_from = '' OR valid_until = '' OR valid_from <= valid_until) )
-- next
CREATE TRIGGER city_alias_no_change BEFORE UPDATE OR DELETE ON city_alias FOR EACH ROW EXECUTE FUNCTION refuse_change()
-- next
CREATE TRIGGER city_alias_no_truncate BEFORE TRUNCATE ON city_alias FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
-- next
CREATE TABLE claim ( statement BYTEA NOT NULL, voucher BYTEA NOT NULL, line BIGINT NOT NULL, names TEXT NOT NULL, shown TEXT NOT NULL, sheet TEXT, file_row BIGINT NOT NULL, date TEXT, store TEXT, receipt TEXT, amount_minor BIGINT NOT NULL, cure BYTEA, cure_by TEXT, purchase_minor BIGINT,
    PRIMARY KEY (statement, voucher, line),
    CONSTRAINT claim_line UNIQUE (statement, line),
    CONSTRAINT claim_amount CHECK (amount_minor > 0),
    CONSTRAINT claim_names CHECK (names IN ('voucher', 'unknown', 'mistyped')),
    CONSTRAINT claim_cure CHECK (cure IS NULL OR names <> 'voucher'),
    CONSTRAINT claim_purchase CHECK (purchase_minor IS NULL OR purchase_minor > 0) )
-- next
CREATE TRIGGER claim_no_change BEFORE UPDATE OR DELETE ON claim FOR EACH ROW EXECUTE FUNCTION refuse_change()
-- next
CREATE TRIGGER claim_no_truncate BEFORE TRUNCATE ON claim FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
-- next
CREATE TABLE clock_word ( number BIGINT NOT NULL, kind TEXT NOT NULL, at BIGINT NOT NULL, passed_from BIGINT NOT NULL, passed_until BIGINT NOT NULL,
    PRIMARY KEY (number),
    CONSTRAINT clock_word_kind CHECK (kind IN ('confirm', 'mend')),
    CONSTRAINT clock_word_passed CHECK (0 <= passed_from AND passed_from <= passed_until) )
-- next
CREATE TRIGGER clock_word_no_change BEFORE UPDATE OR DELETE ON clock_word FOR EACH ROW EXECUTE FUNCTION refuse_change()
-- next
CREATE TRIGGER clock_word_no_truncate BEFORE TRUNCATE ON clock_word FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
-- next
CREATE TABLE column_mapping ( name TEXT NOT NULL, shape TEXT NOT NULL, mapping TEXT NOT NULL, made_by TEXT NOT NULL, made_at BIGINT NOT NULL,
    PRIMARY KEY (name),
    CONSTRAINT column_mapping_name CHECK (name <> ''),
    CONSTRAINT column_mapping_json CHECK (mapping LIKE '{%%}') )
-- next
CREATE INDEX column_mapping_shape ON column_mapping (shape)
-- next
CREATE TABLE complaint ( counted BIGINT NOT NULL, id BYTEA NOT NULL, person TEXT NOT NULL, voucher TEXT, kind TEXT NOT NULL, channel TEXT NOT NULL, received_on TEXT NOT NULL, due_on TEXT NOT NULL, sealed BYTEA NOT NULL, taken_by TEXT NOT NULL, taken_at BIGINT NOT NULL, outcome TEXT, answered_on TEXT, answer_sealed BYTEA, answered_by TEXT, answered_at BIGINT,
    PRIMARY KEY (counted),
    CONSTRAINT complaint_counts CHECK (counted >= 1),
    CONSTRAINT complaint_kind CHECK (kind IN ('not-received', 'amount', 'left-out', 'voucher', 'shop', 'prices', 'staff', 'data', 'other')),
    CONSTRAINT complaint_channel CHECK (channel IN ('hotline', 'desk', 'visit', 'box', 'message', 'shop', 'other')),
    CONSTRAINT complaint_due CHECK (due_on >= received_on),
    CONSTRAINT complaint_outcome CHECK (outcome IN ('solved', 'explained', 'passed-on', 'unfounded')),
    CONSTRAINT complaint_answered_at CHECK ((outcome IS NULL) = (answered_at IS NULL)),
    CONSTRAINT complaint_answered_by CHECK ((outcome IS NULL) = (answered_by IS NULL)),
    CONSTRAINT complaint_answered_on CHECK ((outcome IS NULL) = (answered_on IS NULL)),
    CONSTRAINT complaint_answer CHECK ((outcome IS NULL) = (answer_sealed IS NULL)) )
-- next
CREATE INDEX complaint_person ON complaint (person)
-- next
CREATE TABLE consent ( person TEXT NOT NULL, seq BIGINT NOT NULL, kind TEXT NOT NULL, version TEXT NOT NULL, language TEXT NOT NULL, way TEXT NOT NULL, date TEXT NOT NULL, witness TEXT NOT NULL, taken_by TEXT NOT NULL, taken_at BIGINT NOT NULL,
    PRIMARY KEY (person, seq),
    CONSTRAINT consent_kind CHECK (kind IN ('given', 'withdrawn')),
    CONSTRAINT consent_way CHECK (way IN ('signature', 'thumbprint', 'spoken')),
    CONSTRAINT consent_counts CHECK (seq >= 1) )
-- next
CREATE TRIGGER consent_no_change BEFORE UPDATE OR DELETE ON consent FOR EACH ROW EXECUTE FUNCTION refuse_change()
-- next
CREATE TRIGGER consent_no_truncate BEFORE TRUNCATE ON consent FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
-- next
CREATE TABLE contract_terms ( retailer TEXT NOT NULL, number BIGINT NOT NULL, currency TEXT NOT NULL, valid_from TEXT NOT NULL, contract TEXT NOT NULL, contract_date TEXT NOT NULL, discount_rate BIGINT NOT NULL, fee_minor BIGINT NOT NULL, days BIGINT, made_by TEXT NOT NULL, made_at BIGINT NOT NULL,
    PRIMARY KEY (retailer, number),
    CONSTRAINT contract_terms_number CHECK (number >= 1 AND contract <> ''),
    CONSTRAINT contract_terms_discount CHECK (discount_rate >= 0 AND discount_rate < 100000),
    CONSTRAINT contract_terms_fee CHECK (fee_minor >= 0),
    CONSTRAINT contract_terms_days CHECK (days IS NULL OR days BETWEEN 0 AND 3650),
    CONSTRAINT contract_terms_dates CHECK (contract_date <= valid_from) )
-- next
CREATE TRIGGER contract_terms_no_change BEFORE UPDATE OR DELETE ON contract_terms FOR EACH ROW EXECUTE FUNCTION refuse_change()
-- next
CREATE TRIGGER contract_terms_no_truncate BEFORE TRUNCATE ON contract_terms FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
-- next
CREATE TABLE country_profile ( number BIGINT NOT NULL, country TEXT NOT NULL, content TEXT NOT NULL,
    PRIMARY KEY (number),
    CONSTRAINT one_country_profile CHECK (number = 1),
    CONSTRAINT country_profile_country CHECK (length(country) = 2),
    CONSTRAINT country_profile_content CHECK (content LIKE '{%%}') )
-- next
CREATE TRIGGER country_profile_no_change BEFORE UPDATE OR DELETE ON country_profile FOR EACH ROW EXECUTE FUNCTION refuse_change()
-- next
CREATE TRIGGER country_profile_no_truncate BEFORE TRUNCATE ON country_profile FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
-- next
CREATE TABLE decision ( id BYTEA NOT NULL, exception BYTEA NOT NULL, verdict TEXT NOT NULL, reason TEXT NOT NULL, decided_by TEXT NOT NULL, decided_at BIGINT NOT NULL, amount_minor BIGINT, hash BYTEA NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT decision_verdict CHECK (verdict IN ('accept', 'reject', 'waive', 'ask', 'later')),
    CONSTRAINT decision_part CHECK (amount_minor IS NULL OR (verdict = 'accept' AND amount_minor > 0)),
    CONSTRAINT decision_reason CHECK (reason <> '') )
-- next
CREATE INDEX decision_exception ON decision (exception)
-- next
CREATE TRIGGER decision_no_change BEFORE UPDATE OR DELETE ON decision FOR EACH ROW EXECUTE FUNCTION refuse_change()
-- next
CREATE TRIGGER decision_no_truncate BEFORE TRUNCATE ON decision FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
-- next
CREATE TABLE distribution ( id BYTEA NOT NULL, number TEXT NOT NULL, round TEXT NOT NULL, place TEXT NOT NULL, distributor TEXT NOT NULL, day TEXT NOT NULL, state TEXT NOT NULL, opened_by TEXT NOT NULL, opened_at BIGINT NOT NULL, closed_by TEXT, closed_at BIGINT, missing_reason TEXT,
    PRIMARY KEY (id),
    CONSTRAINT distribution_number UNIQUE (number),
    CONSTRAINT distribution_state CHECK (state IN ('open', 'closed')),
    CONSTRAINT distribution_closing CHECK ((state = 'closed') = (closed_by IS NOT NULL)) )
-- next
CREATE TABLE distribution_outcome ( distribution BYTEA NOT NULL, voucher BYTEA NOT NULL, outcome TEXT NOT NULL,
    PRIMARY KEY (distribution, voucher),
    CONSTRAINT distribution_outcome_word CHECK (outcome IN ('given', 'returned', 'damaged', 'missing')) )
-- next
CREATE TRIGGER distribution_outcome_no_change BEFORE UPDATE OR DELETE ON distribution_outcome FOR EACH ROW EXECUTE FUNCTION refuse_change()
-- next
CREATE TRIGGER distribution_outcome_no_truncate BEFORE TRUNCATE ON distribution_outcome FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
-- next
CREATE TABLE distribution_taken ( distribution BYTEA NOT NULL, voucher BYTEA NOT NULL,
    PRIMARY KEY (distribution, voucher) )
-- next
CREATE INDEX distribution_taken_voucher ON distribution_taken (voucher)
-- next
CREATE TRIGGER distribution_taken_no_change BEFORE UPDATE OR DELETE ON distribution_taken FOR EACH ROW EXECUTE FUNCTION refuse_change()
-- next
CREATE TRIGGER distribution_taken_no_truncate BEFORE TRUNCATE ON distribution_taken FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
-- next
CREATE TABLE document ( id BYTEA NOT NULL, number TEXT NOT NULL, about TEXT NOT NULL, object TEXT NOT NULL, kind TEXT NOT NULL, name_sealed BYTEA NOT NULL, size_bytes BIGINT NOT NULL, parts BIGINT NOT NULL, file_digest BYTEA NOT NULL, digest BYTEA NOT NULL, added_by TEXT NOT NULL, added_at BIGINT NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT document_number UNIQUE (number),
    CONSTRAINT document_about CHECK (about IN ('person', 'batch', 'distribution', 'statement', 'settlement', 'bank', 'retailer')),
    CONSTRAINT document_kind CHECK (kind IN ('signed-list', 'statement', 'items', 'bank-slip', 'act', 'contract', 'consent', 'other')),
    CONSTRAINT document_size CHECK (size_bytes > 0 AND parts > 0) )
-- next
CREATE INDEX document_object ON document (object)
-- next
CREATE TRIGGER document_no_change BEFORE UPDATE OR DELETE ON document FOR EACH ROW EXECUTE FUNCTION refuse_change()
-- next
CREATE TRIGGER document_no_truncate BEFORE TRUNCATE ON document FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
-- next
CREATE TABLE document_part ( document BYTEA NOT NULL, number BIGINT NOT NULL, content BYTEA NOT NULL,
    PRIMARY KEY (document, number),
    CONSTRAINT document_part_number CHECK (number >= 1) )
-- next
CREATE TRIGGER document_part_no_change BEFORE UPDATE OR DELETE ON document_part FOR EACH ROW EXECUTE FUNCTION refuse_change()
-- next
CREATE TRIGGER document_part_no_truncate BEFORE TRUNCATE ON document_part FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
-- next
CREATE TABLE donor_grant ( code TEXT NOT NULL, donor TEXT NOT NULL, programme TEXT NOT NULL, currency TEXT NOT NULL, budget_minor BIGINT NOT NULL, valid_from TEXT NOT NULL, valid_until TEXT NOT NULL, made_by TEXT NOT NULL, made_at BIGINT NOT NULL,
    PRIMARY KEY (code),
    CONSTRAINT donor_grant_code CHECK (code <> '' AND donor <> ''),
    CONSTRAINT donor_grant_budget CHECK (budget_minor > 0),
    CONSTRAINT donor_grant_dates CHECK (valid_from <= valid_until) )
-- next
CREATE TRIGGER donor_grant_no_change BEFORE UPDATE OR DELETE ON donor_grant FOR EACH ROW EXECUTE FUNCTION refuse_change()
-- next
CREATE TRIGGER donor_grant_no_truncate BEFORE TRUNCATE ON donor_grant FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
-- next
CREATE TABLE duplicate_decision ( first TEXT NOT NULL, second TEXT NOT NULL, seq BIGINT NOT NULL, decision TEXT NOT NULL, keeps TEXT, goes TEXT, head_moved BIGINT NOT NULL, home TEXT, home_size BIGINT, home_left BIGINT, home_headed BIGINT NOT NULL, reason_sealed BYTEA NOT NULL, decided_by TEXT NOT NULL, decided_at BIGINT NOT NULL,
    PRIMARY KEY (first, second, seq),
    CONSTRAINT duplicate_decision_counts CHECK (seq >= 1),
    CONSTRAINT duplicate_decision_word CHECK (decision IN ('same', 'different', 'later', 'undo')),
    CONSTRAINT duplicate_decision_keeps CHECK ((keeps IS NULL) = (goes IS NULL)),
    CONSTRAINT duplicate_decision_goes CHECK (goes <> keeps),
    CONSTRAINT duplicate_decision_head CHECK (head_moved IN (0, 1) AND home_headed IN (0, 1)),
    CONSTRAINT duplicate_decision_home CHECK ((home IS NULL) = (goes IS NULL)),
    CONSTRAINT duplicate_decision_size CHECK ((home_size IS NULL) = (home IS NULL)),
    CONSTRAINT duplicate_decision_left CHECK ((home_left IS NULL) = (home IS NULL)) )
-- next
CREATE TRIGGER duplicate_decision_no_change BEFORE UPDATE OR DELETE ON duplicate_decision FOR EACH ROW EXECUTE FUNCTION refuse_change()
-- next
CREATE TRIGGER duplicate_decision_no_truncate BEFORE TRUNCATE ON duplicate_decision FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
-- next
CREATE TABLE duplicate_pair ( first TEXT NOT NULL, second TEXT NOT NULL, state TEXT NOT NULL, strength TEXT NOT NULL, evidence TEXT NOT NULL, found_at BIGINT NOT NULL, decided_by TEXT, decided_at BIGINT,
    PRIMARY KEY (first, second),
    CONSTRAINT duplicate_pair_order CHECK (first < second),
    CONSTRAINT duplicate_pair_state CHECK (state IN ('open', 'later', 'same', 'different')),
    CONSTRAINT duplicate_pair_strength CHECK (strength IN ('certain', 'likely', 'possible')),
    CONSTRAINT duplicate_pair_decided CHECK ((decided_by IS NULL) = (decided_at IS NULL)),
    CONSTRAINT duplicate_pair_open CHECK ((state = 'open') = (decided_by IS NULL)) )
-- next
CREATE INDEX duplicate_pair_second ON duplicate_pair (second)
-- next
CREATE INDEX duplicate_pair_state_at ON duplicate_pair (state, strength)
-- next
CREATE TABLE entitlement ( round TEXT NOT NULL, line BIGINT NOT NULL, category TEXT NOT NULL, amount_minor BIGINT NOT NULL, per TEXT NOT NULL, size_from BIGINT, size_to BIGINT, age_from BIGINT, age_to BIGINT, flag TEXT,
    PRIMARY KEY (round, line),
    CONSTRAINT entitlement_amount CHECK (amount_minor > 0),
    CONSTRAINT entitlement_per CHECK (per IN ('person', 'household', 'member')),
    CONSTRAINT entitlement_sizes CHECK (size_from IS NULL OR size_to IS NULL OR size_from <= size_to),
    CONSTRAINT entitlement_ages CHECK (age_from IS NULL OR age_to IS NULL OR age_from <= age_to) )
-- next
CREATE TRIGGER entitlement_no_change BEFORE UPDATE OR DELETE ON entitlement FOR EACH ROW EXECUTE FUNCTION refuse_change()
-- next
CREATE TRIGGER entitlement_no_truncate BEFORE TRUNCATE ON entitlement FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
-- next
CREATE TABLE entry ( voucher BYTEA NOT NULL, seq BIGINT NOT NULL, id BYTEA NOT NULL, kind TEXT NOT NULL, amount_minor BIGINT NOT NULL, debit TEXT, credit TEXT, store TEXT, receipt TEXT, receipt_total_minor BIGINT, receipt_key BYTEA, reverses BYTEA, successor BYTEA, valid_until TEXT, reason TEXT, operator TEXT NOT NULL, request_id BYTEA, occurred_at BIGINT NOT NULL, recorded_at BIGINT NOT NULL, code_way TEXT, hash BYTEA NOT NULL, vouched_by TEXT NOT NULL, mac BYTEA NOT NULL,
    PRIMARY KEY (voucher, seq),
    CONSTRAINT entry_id UNIQUE (id),
    CONSTRAINT entry_request UNIQUE (request_id),
    CONSTRAINT entry_receipt UNIQUE (receipt_key),
    CONSTRAINT entry_reversed_once UNIQUE (reverses),
    CONSTRAINT entry_seq CHECK (seq >= 1 AND (kind = 'issue') = (seq = 1)),
    CONSTRAINT entry_moves_or_changes CHECK (CASE WHEN kind IN ('issue', 'redeem', 'reverse', 'expire', 'void', 'honour') THEN amount_minor > 0 AND debit IS NOT NULL AND credit IS NOT NULL AND debit <> credit WHEN kind IN ('hand-over', 'take-back', 'block', 'unblock', 'extend') THEN amount_minor = 0 AND debit IS NULL AND credit IS NULL ELSE 1 = 0 END),
    CONSTRAINT entry_redeem CHECK ((kind <> 'redeem' OR (store IS NOT NULL AND receipt IS NOT NULL AND receipt_key IS NOT NULL AND request_id IS NOT NULL))),
    CONSTRAINT entry_code_way CHECK (code_way IS NULL OR (kind = 'redeem' AND code_way IN ('scanner', 'camera', 'typed'))),
    CONSTRAINT entry_mac_whole CHECK (length(mac) = 32),
    CONSTRAINT entry_reverse CHECK ((kind = 'reverse') = (reverses IS NOT NULL)),
    CONSTRAINT entry_until CHECK ((kind IN ('issue', 'extend')) = (valid_until IS NOT NULL)),
    CONSTRAINT entry_reason CHECK ((kind IN ('issue', 'redeem', 'hand-over', 'expire') OR reason IS NOT NULL)) )
-- next
CREATE TRIGGER entry_no_change BEFORE UPDATE OR DELETE ON entry FOR EACH ROW EXECUTE FUNCTION refuse_change()
-- next
CREATE TRIGGER entry_no_truncate BEFORE TRUNCATE ON entry FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
-- next
CREATE FUNCTION line_by_duty() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NOT (CASE WHEN NEW.kind = 'extend' THEN has_column_privilege('public.voucher', 'valid_until', 'UPDATE') WHEN NEW.kind = 'honour' THEN has_table_privilege('public.late_verdict', 'INSERT') WHEN NEW.kind IN ('block', 'unblock') THEN has_table_privilege('public.leaf', 'INSERT') ELSE has_table_privilege('public.voucher', 'INSERT') END) THEN RAISE EXCEPTION 'a line % is not for this database user', NEW.kind USING ERRCODE = 'insufficient_privilege'; END IF; RETURN NEW; END $$
-- next
CREATE TRIGGER entry_by_duty BEFORE INSERT ON entry FOR EACH ROW WHEN (NEW.kind NOT IN ('redeem', 'reverse', 'expire', 'void')) EXECUTE FUNCTION line_by_duty()
-- next
CREATE FUNCTION line_in_time() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NOT has_table_privilege('public.entry', 'TRUNCATE') THEN RAISE EXCEPTION 'a line from the future, by the server''s clock'; END IF; RETURN NEW; END $$
-- next
CREATE TRIGGER entry_in_time BEFORE INSERT ON entry FOR EACH ROW WHEN (NEW.id >= decode(lpad(to_hex((extract(epoch FROM clock_timestamp()) * 1000)::bigint + 86400000), 12, '0'), 'hex')) EXECUTE FUNCTION line_in_time()
-- next
CREATE FUNCTION redeem_vouchers(given_role text, given_amount_minor bigint[], given_digest bytea[], given_recorded_at bigint[], given_code_hash bytea[], given_occurred_at bigint[], given_category text[], given_retailer text[], given_who_operator text[], given_who_store text[], given_now bigint[], given_store text[], given_request_id bytea[], given_receipt_key bytea[], given_below bytea[], given_latest bytea[], given_earliest bytea[], given_receipt text[], given_receipt_total_minor bigint[], given_id bytea[], given_kind text[], given_operator text[], given_debit text[], given_credit text[], given_reverses bytea[], given_successor bytea[], given_valid_until text[], given_reason text[], given_code_way text[], given_vouched_by text[], given_mac bytea[]) RETURNS TABLE (id bytea, last_seq bigint, last_hash bytea, serial text, category text, currency text, valid_from text, valid_until text, balance_minor bigint) LANGUAGE plpgsql SET search_path = public, pg_temp AS $$ #variable_conflict use_column DECLARE asked record; BEGIN IF given_role IS NOT NULL THEN PERFORM set_config('role', given_role, true); END IF; FOR asked IN SELECT * FROM unnest(given_amount_minor, given_digest, given_recorded_at, given_code_hash, given_occurred_at, given_category, given_retailer, given_who_operator, given_who_store, given_now, given_store, given_request_id, given_receipt_key, given_below, given_latest, given_earliest, given_receipt, given_receipt_total_minor, given_id, given_kind, given_operator, given_debit, given_credit, given_reverses, given_successor, given_valid_until, given_reason, given_code_way, given_vouched_by, given_mac) AS given (amount_minor, digest, recorded_at, code_hash, occurred_at, category, retailer, who_operator, who_store, now, store, request_id, receipt_key, below, latest, earliest, receipt, receipt_total_minor, id, kind, operator, debit, credit, reverses, successor, valid_until, reason, code_way, vouched_by, mac) LOOP RETURN QUERY WITH moved AS ( UPDATE voucher AS v SET spent_minor = v.spent_minor + asked.amount_minor, last_seq = v.last_seq + 1, last_hash = sha256(v.last_hash || asked.digest), last_at = asked.recorded_at WHERE v.code_hash = asked.code_hash AND (v.state <> 'void' OR v.successor IS NULL) AND v.state <> 'void' AND (v.state <> 'active' OR (v.face_minor - v.spent_minor - v.closed_minor) > 0) AND (v.state <> 'expired' AND asked.occurred_at < v.closes_at) AND v.state <> 'blocked' AND v.state = 'active' AND asked.occurred_at >= v.opens_at AND (asked.category IS NULL OR v.category = asked.category) AND EXISTS (SELECT 1 FROM round_retailer AS t WHERE t.round = v.round AND t.retailer = asked.retailer) AND EXISTS (SELECT 1 FROM round_retailer AS t WHERE t.round = v.round AND t.category = v.category AND t.retailer = asked.retailer) AND (v.face_minor - v.spent_minor - v.closed_minor) >= asked.amount_minor AND ((v.face_minor - v.spent_minor - v.closed_minor) = asked.amount_minor OR EXISTS (SELECT 1 FROM round AS r WHERE r.code = v.round AND r.in_parts = 1)) AND v.last_at <= asked.recorded_at AND NOT EXISTS (SELECT 1 FROM throttle AS w WHERE w.who IN (asked.who_operator, asked.who_store) AND w.until_at > asked.now) AND NOT EXISTS (SELECT 1 FROM store AS s WHERE s.code = asked.store AND s.closed_at <= asked.occurred_at) AND NOT EXISTS (SELECT 1 FROM entry AS e WHERE e.request_id = asked.request_id) AND NOT EXISTS (SELECT 1 FROM entry AS e WHERE e.receipt_key = asked.receipt_key) AND coalesce((SELECT id FROM entry WHERE id < asked.below ORDER BY id DESC LIMIT 1), asked.latest) BETWEEN asked.earliest AND asked.latest RETURNING v.id, v.last_seq, v.last_hash, v.serial, v.category, v.currency, v.valid_from, v.valid_until, (v.face_minor - v.spent_minor - v.closed_minor) AS balance_minor ), used AS ( INSERT INTO receipt AS r (store, number, total_minor, used_minor) SELECT asked.store, asked.receipt, asked.receipt_total_minor, asked.amount_minor FROM moved ON CONFLICT (store, number) DO UPDATE SET used_minor = r.used_minor + excluded.used_minor, total_minor = CASE WHEN r.used_minor = 0 THEN coalesce(excluded.total_minor, r.total_minor) WHEN r.total_minor <> excluded.total_minor THEN -1 ELSE coalesce(r.total_minor, excluded.total_minor) END ), line AS ( INSERT INTO entry (voucher, seq, id, kind, operator, occurred_at, recorded_at, amount_minor, debit, credit, store, receipt, receipt_total_minor, receipt_key, reverses, successor, valid_until, reason, request_id, code_way, hash, vouched_by, mac) SELECT moved.id, moved.last_seq, asked.id, asked.kind, asked.operator, asked.occurred_at, asked.recorded_at, asked.amount_minor, asked.debit, asked.credit, asked.store, asked.receipt, asked.receipt_total_minor, asked.receipt_key, asked.reverses, asked.successor, asked.valid_until, asked.reason, asked.request_id, asked.code_way, moved.last_hash, asked.vouched_by, asked.mac FROM moved ) SELECT * FROM moved ; IF NOT FOUND THEN RETURN NEXT; END IF; END LOOP; END $$
-- next
CREATE TABLE erasure ( person TEXT NOT NULL, reason TEXT NOT NULL, erased_by TEXT NOT NULL, erased_at BIGINT NOT NULL,
    PRIMARY KEY (person) )
-- next
CREATE TRIGGER erasure_no_change BEFORE UPDATE OR DELETE ON erasure FOR EACH ROW EXECUTE FUNCTION refuse_change()
-- next
CREATE TRIGGER erasure_no_truncate BEFORE TRUNCATE ON erasure FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
-- next
CREATE TABLE exception ( id BYTEA NOT NULL, statement BYTEA NOT NULL, subject TEXT NOT NULL, line BIGINT, entry BYTEA, serial TEXT, rule TEXT NOT NULL, severity TEXT NOT NULL, claimed_minor BIGINT NOT NULL, redeemed_minor BIGINT NOT NULL, at_risk_minor BIGINT NOT NULL, detail TEXT NOT NULL, found_at BIGINT NOT NULL, current BIGINT NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT exception_severity CHECK (severity IN ('high', 'medium', 'low')),
    CONSTRAINT exception_amounts CHECK (claimed_minor >= 0 AND at_risk_minor >= 0),
    CONSTRAINT exception_current CHECK (current IN (0, 1)) )
-- next
CREATE INDEX exception_statement ON exception (statement)
-- next
CREATE TABLE exception_turn ( exception BYTEA NOT NULL, seq BIGINT NOT NULL, current BIGINT NOT NULL, at BIGINT NOT NULL,
    PRIMARY KEY (exception, seq),
    CONSTRAINT exception_turn_seq CHECK (seq >= 1),
    CONSTRAINT exception_turn_current CHECK (current IN (0, 1)) )
-- next
CREATE TRIGGER exception_turn_no_change BEFORE UPDATE OR DELETE ON exception_turn FOR EACH ROW EXECUTE FUNCTION refuse_change()
-- next
CREATE TRIGGER exception_turn_no_truncate BEFORE TRUNCATE ON exception_turn FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
-- next
CREATE TABLE extension ( id BYTEA NOT NULL, number TEXT NOT NULL, scope TEXT NOT NULL, object TEXT NOT NULL, until TEXT NOT NULL, reason TEXT NOT NULL, state TEXT NOT NULL, asked_by TEXT NOT NULL, asked_at BIGINT NOT NULL, decided_by TEXT, decided_at BIGINT, decision_reason TEXT,
    PRIMARY KEY (id),
    CONSTRAINT extension_number UNIQUE (number),
    CONSTRAINT extension_scope CHECK (scope IN ('voucher', 'batch', 'round')),
    CONSTRAINT extension_state CHECK (state IN ('asked', 'approved', 'refused')),
    CONSTRAINT extension_decision CHECK ((state = 'asked') = (decided_by IS NULL)) )
-- next
CREATE TABLE field_bundle ( laptop TEXT NOT NULL, number BIGINT NOT NULL, cities TEXT NOT NULL, vouchers BIGINT NOT NULL, sent_by TEXT NOT NULL, sent_at BIGINT NOT NULL, digest BYTEA NOT NULL,
    PRIMARY KEY (laptop, number),
    CONSTRAINT field_bundle_number CHECK (number > 0) )
-- next
CREATE TRIGGER field_bundle_no_change BEFORE UPDATE OR DELETE ON field_bundle FOR EACH ROW EXECUTE FUNCTION refuse_change()
-- next
CREATE TRIGGER field_bundle_no_truncate BEFORE TRUNCATE ON field_bundle FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
-- next
CREATE TABLE field_decision ( event BYTEA NOT NULL, decided_by TEXT NOT NULL, decided_at BIGINT NOT NULL, reason TEXT NOT NULL,
    PRIMARY KEY (event) )
-- next
CREATE TRIGGER field_decision_no_change BEFORE UPDATE OR DELETE ON field_decision FOR EACH ROW EXECUTE FUNCTION refuse_change()
-- next
CREATE TRIGGER field_decision_no_truncate BEFORE TRUNCATE ON field_decision FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
-- next
CREATE TABLE field_event ( digest BYTEA NOT NULL, laptop TEXT NOT NULL, seq BIGINT NOT NULL, prev BYTEA NOT NULL, bundle BIGINT NOT NULL, kind TEXT NOT NULL, serial TEXT NOT NULL, acknowledged TEXT, said_at BIGINT NOT NULL, signature BYTEA NOT NULL, taken_by TEXT NOT NULL, taken_at BIGINT NOT NULL, outcome TEXT NOT NULL, reason TEXT, hand_over BYTEA,
    PRIMARY KEY (digest),
    CONSTRAINT field_event_hand_over UNIQUE (hand_over),
    CONSTRAINT field_event_digest CHECK (length(digest) = 32 AND length(prev) = 32),
    CONSTRAINT field_event_seq CHECK (seq > 0),
    CONSTRAINT field_event_outcome CHECK (outcome IN ('posted', 'undone', 'noted', 'conflict')),
    CONSTRAINT field_event_posted CHECK ((outcome = 'posted') = (hand_over IS NOT NULL)),
    CONSTRAINT field_event_reason CHECK ((outcome = 'conflict') = (reason IS NOT NULL)),
    CONSTRAINT field_event_way CHECK ((kind = 'hand-over') = (acknowledged IS NOT NULL)) )
-- next
CREATE INDEX field_event_laptop ON field_event (laptop, seq)
-- next
CREATE INDEX field_event_serial ON field_event (serial)
-- next
CREATE TRIGGER field_event_no_change BEFORE UPDATE OR DELETE ON field_event FOR EACH ROW EXECUTE FUNCTION refuse_change()
-- next
CREATE TRIGGER field_event_no_truncate BEFORE TRUNCATE ON field_event FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
-- next
CREATE TABLE field_laptop ( name TEXT NOT NULL, holder TEXT NOT NULL, sign_key BYTEA NOT NULL, seal_key BYTEA NOT NULL, paired_by TEXT NOT NULL, paired_at BIGINT NOT NULL, sent BIGINT NOT NULL, taken BIGINT NOT NULL, head BYTEA NOT NULL, recalled_by TEXT, recalled_at BIGINT, recall_reason TEXT,
    PRIMARY KEY (name),
    CONSTRAINT field_laptop_sign_key UNIQUE (sign_key),
    CONSTRAINT field_laptop_sent CHECK (sent >= 0),
    CONSTRAINT field_laptop_taken CHECK (taken >= 0),
    CONSTRAINT field_laptop_head CHECK (length(head) = 32),
    CONSTRAINT field_laptop_recall CHECK ((recalled_at IS NULL) = (recalled_by IS NULL) AND (recalled_at IS NULL) = (recall_reason IS NULL)) )
-- next
CREATE TABLE flag_decision ( id BYTEA NOT NULL, flag BYTEA NOT NULL, kind TEXT NOT NULL, subject TEXT NOT NULL, verdict TEXT NOT NULL, reason TEXT NOT NULL, decided_by TEXT NOT NULL, decided_at BIGINT NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT flag_decision_verdict CHECK (verdict IN ('explained', 'follow-up', 'referred')),
    CONSTRAINT flag_decision_reason CHECK (reason <> '') )
-- next
CREATE INDEX flag_decision_flag ON flag_decision (flag)
-- next
CREATE TRIGGER flag_decision_no_change BEFORE UPDATE OR DELETE ON flag_decision FOR EACH ROW EXECUTE FUNCTION refuse_change()
-- next
CREATE TRIGGER flag_decision_no_truncate BEFORE TRUNCATE ON flag_decision FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
-- next
CREATE TABLE grant_rate ( currency TEXT NOT NULL, other TEXT NOT NULL, month TEXT NOT NULL, millionths BIGINT NOT NULL, source TEXT NOT NULL, made_by TEXT NOT NULL, made_at BIGINT NOT NULL,
    PRIMARY KEY (currency, other, month),
    CONSTRAINT grant_rate_positive CHECK (millionths > 0),
    CONSTRAINT grant_rate_source CHECK (source <> '' AND currency <> other) )
-- next
CREATE TRIGGER grant_rate_no_change BEFORE UPDATE OR DELETE ON grant_rate FOR EACH ROW EXECUTE FUNCTION refuse_change()
-- next
CREATE TRIGGER grant_rate_no_truncate BEFORE TRUNCATE ON grant_rate FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
-- next
CREATE TABLE guess ( id BYTEA NOT NULL, operator TEXT NOT NULL, store TEXT NOT NULL, at BIGINT NOT NULL,
    PRIMARY KEY (id) )
-- next
CREATE INDEX guess_at ON guess (at)
-- next
CREATE TRIGGER guess_no_change BEFORE UPDATE OR DELETE ON guess FOR EACH ROW EXECUTE FUNCTION refuse_change()
-- next
CREATE TRIGGER guess_no_truncate BEFORE TRUNCATE ON guess FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
-- next
CREATE TABLE hand_over ( id BYTEA NOT NULL, voucher BYTEA NOT NULL, given_by TEXT NOT NULL, witness TEXT, acknowledged TEXT NOT NULL, given_at BIGINT NOT NULL, list_hash BYTEA, despite TEXT,
    PRIMARY KEY (id),
    CONSTRAINT hand_over_acknowledged CHECK (acknowledged IN ('signature', 'thumbprint', 'proxy', 'digital')),
    CONSTRAINT hand_over_witness CHECK (witness IS NULL OR witness <> given_by),
    CONSTRAINT hand_over_despite CHECK (despite IS NULL OR witness IS NOT NULL) )
-- next
CREATE INDEX hand_over_voucher ON hand_over (voucher)
-- next
CREATE TRIGGER hand_over_no_change BEFORE UPDATE OR DELETE ON hand_over FOR EACH ROW EXECUTE FUNCTION refuse_change()
-- next
CREATE TRIGGER hand_over_no_truncate BEFORE TRUNCATE ON hand_over FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
-- next
CREATE TABLE held_change ( id BYTEA NOT NULL, person TEXT NOT NULL, home TEXT NOT NULL, kind TEXT NOT NULL, was TEXT NOT NULL, became TEXT NOT NULL, version BIGINT, sealed BYTEA, date TEXT NOT NULL, reason_sealed BYTEA NOT NULL, asked_by TEXT NOT NULL, asked_at BIGINT NOT NULL, decided_by TEXT, decided_at BIGINT, outcome TEXT,
    PRIMARY KEY (id),
    CONSTRAINT held_change_kind CHECK (kind IN ('record', 'sex', 'size', 'flags')),
    CONSTRAINT held_change_record CHECK ((kind = 'record') = (sealed IS NOT NULL)),
    CONSTRAINT held_change_version CHECK ((kind = 'record') = (version IS NOT NULL)),
    CONSTRAINT held_change_home CHECK ((kind = 'size') = (home <> '')),
    CONSTRAINT held_change_outcome CHECK (outcome IN ('approved', 'refused', 'replaced')),
    CONSTRAINT held_change_decided CHECK ((outcome IS NULL) = (decided_by IS NULL)),
    CONSTRAINT held_change_decided_at CHECK ((outcome IS NULL) = (decided_at IS NULL)) )
-- next
CREATE INDEX held_change_person ON held_change (person)
-- next
CREATE TABLE household ( number TEXT NOT NULL, head TEXT, size BIGINT NOT NULL, point TEXT, made_at BIGINT NOT NULL,
    PRIMARY KEY (number),
    CONSTRAINT household_size CHECK (size BETWEEN 1 AND 99) )
-- next
CREATE TABLE household_aid ( round TEXT NOT NULL, household TEXT NOT NULL, category TEXT NOT NULL, beneficiary TEXT NOT NULL, batch BYTEA NOT NULL, amount_minor BIGINT NOT NULL, people BIGINT NOT NULL, split_from TEXT,
    PRIMARY KEY (round, household, category),
    CONSTRAINT household_aid_amount CHECK (amount_minor > 0),
    CONSTRAINT household_aid_people CHECK (people BETWEEN 0 AND 99) )
-- next
CREATE TRIGGER household_aid_no_change BEFORE UPDATE OR DELETE ON household_aid FOR EACH ROW EXECUTE FUNCTION refuse_change()
-- next
CREATE TRIGGER household_aid_no_truncate BEFORE TRUNCATE ON household_aid FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
-- next
CREATE TABLE import_row ( run BYTEA NOT NULL, place BIGINT NOT NULL, sheet TEXT NOT NULL, row BIGINT NOT NULL, fate TEXT NOT NULL, person TEXT, reason TEXT NOT NULL,
    PRIMARY KEY (run, place),
    CONSTRAINT import_row_place CHECK (place > 0 AND row > 0),
    CONSTRAINT import_row_fate CHECK (fate IN ('enrolled', 'known', 'repeated', 'back', 'passed', 'refused')) )
-- next
CREATE TRIGGER import_row_no_change BEFORE UPDATE OR DELETE ON import_row FOR EACH ROW EXECUTE FUNCTION refuse_change()
-- next
CREATE TRIGGER import_row_no_truncate BEFORE TRUNCATE ON import_row FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
-- next
CREATE TABLE import_run ( id BYTEA NOT NULL, digest TEXT NOT NULL, sheet TEXT NOT NULL, list_hash TEXT NOT NULL, list_ref TEXT NOT NULL, mapping TEXT NOT NULL, row_count BIGINT NOT NULL, enrolled_count BIGINT NOT NULL, known_count BIGINT NOT NULL, rejected_count BIGINT NOT NULL, imported_by TEXT NOT NULL, imported_at BIGINT NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT import_run_digest CHECK (length(digest) = 64),
    CONSTRAINT import_run_counts CHECK (row_count >= 0 AND enrolled_count >= 0 AND known_count >= 0 AND rejected_count BETWEEN 0 AND row_count) )
-- next
CREATE INDEX import_run_digest_index ON import_run (digest)
-- next
CREATE INDEX import_run_list_index ON import_run (list_hash)
-- next
CREATE TRIGGER import_run_no_change BEFORE UPDATE OR DELETE ON import_run FOR EACH ROW EXECUTE FUNCTION refuse_change()
-- next
CREATE TRIGGER import_run_no_truncate BEFORE TRUNCATE ON import_run FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
-- next
CREATE TABLE late_sale ( id BYTEA NOT NULL, number TEXT NOT NULL, request BYTEA NOT NULL, voucher BYTEA NOT NULL, store TEXT NOT NULL, receipt TEXT NOT NULL, receipt_total_minor BIGINT, amount_minor BIGINT NOT NULL, occurred_at BIGINT NOT NULL, why TEXT NOT NULL, brought_by TEXT NOT NULL, brought_at BIGINT NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT late_sale_number UNIQUE (number),
    CONSTRAINT late_sale_once UNIQUE (request),
    CONSTRAINT late_sale_amount CHECK (amount_minor > 0),
    CONSTRAINT late_sale_why CHECK (why IN ('late', 'expired')),
    CONSTRAINT late_sale_after CHECK (brought_at >= occurred_at) )
-- next
CREATE INDEX late_sale_voucher ON late_sale (voucher)
-- next
CREATE TRIGGER late_sale_no_change BEFORE UPDATE OR DELETE ON late_sale FOR EACH ROW EXECUTE FUNCTION refuse_change()
-- next
CREATE TRIGGER late_sale_no_truncate BEFORE TRUNCATE ON late_sale FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
-- next
CREATE TABLE late_verdict ( sale BYTEA NOT NULL, verdict TEXT NOT NULL, entry BYTEA, reason TEXT, decided_by TEXT NOT NULL, decided_at BIGINT NOT NULL,
    PRIMARY KEY (sale),
    CONSTRAINT late_verdict_entry UNIQUE (entry),
    CONSTRAINT late_verdict_word CHECK (verdict IN ('accepted', 'refused')),
    CONSTRAINT late_verdict_entry_there CHECK ((verdict = 'accepted') = (entry IS NOT NULL)),
    CONSTRAINT late_verdict_reason CHECK (verdict = 'accepted' OR reason IS NOT NULL) )
-- next
CREATE TRIGGER late_verdict_no_change BEFORE UPDATE OR DELETE ON late_verdict FOR EACH ROW EXECUTE FUNCTION refuse_change()
-- next
CREATE TRIGGER late_verdict_no_truncate BEFORE TRUNCATE ON late_verdict FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
-- next
CREATE TABLE leaf ( position BIGINT NOT NULL, kind TEXT NOT NULL, object BYTEA NOT NULL, data BYTEA NOT NULL,
    PRIMARY KEY (position),
    CONSTRAINT leaf_object UNIQUE (kind, object),
    CONSTRAINT leaf_position CHECK (position >= 0) )
-- next
CREATE TRIGGER leaf_no_change BEFORE UPDATE OR DELETE ON leaf FOR EACH ROW EXECUTE FUNCTION refuse_change()
-- next
CREATE TRIGGER leaf_no_truncate BEFORE TRUNCATE ON leaf FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
-- next
CREATE TABLE ledger_identity ( number BIGINT NOT NULL, ledger_id BYTEA NOT NULL, practice BIGINT NOT NULL, origin TEXT NOT NULL, seal_public BYTEA NOT NULL, key_checks TEXT NOT NULL, made_at BIGINT NOT NULL,
    PRIMARY KEY (number),
    CONSTRAINT one_identity CHECK (number = 1) )
-- next
CREATE TRIGGER ledger_identity_no_change BEFORE UPDATE OR DELETE ON ledger_identity FOR EACH ROW EXECUTE FUNCTION refuse_change()
-- next
CREATE TRIGGER ledger_identity_no_truncate BEFORE TRUNCATE ON ledger_identity FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
-- next
CREATE TABLE left_out ( statement BYTEA NOT NULL, number BIGINT NOT NULL, kind TEXT NOT NULL, sheet TEXT, file_row BIGINT NOT NULL, shown TEXT NOT NULL, amount_minor BIGINT, reason TEXT,
    PRIMARY KEY (statement, number),
    CONSTRAINT left_out_kind CHECK (kind IN ('unread', 'return', 'returned', 'netted', 'credit', 'declined')) )
-- next
CREATE TRIGGER left_out_no_change BEFORE UPDATE OR DELETE ON left_out FOR EACH ROW EXECUTE FUNCTION refuse_change()
-- next
CREATE TRIGGER left_out_no_truncate BEFORE TRUNCATE ON left_out FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
-- next
CREATE TABLE log ( seq BIGINT NOT NULL, at BIGINT NOT NULL, operator TEXT NOT NULL, action TEXT NOT NULL, object TEXT NOT NULL, detail TEXT NOT NULL, origin TEXT NOT NULL, hash BYTEA NOT NULL,
    PRIMARY KEY (seq),
    CONSTRAINT log_hash UNIQUE (hash),
    CONSTRAINT log_seq CHECK (seq >= 1),
    CONSTRAINT log_hash_whole CHECK (length(hash) = 32) )
-- next
CREATE INDEX log_action ON log (action)
-- next
CREATE INDEX log_object ON log (object)
-- next
CREATE TRIGGER log_no_change BEFORE UPDATE OR DELETE ON log FOR EACH ROW EXECUTE FUNCTION refuse_change()
-- next
CREATE TRIGGER log_no_truncate BEFORE TRUNCATE ON log FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
-- next
CREATE TABLE log_head ( number BIGINT NOT NULL, seq BIGINT NOT NULL, hash BYTEA NOT NULL,
    PRIMARY KEY (number),
    CONSTRAINT log_head_one CHECK (number = 1),
    CONSTRAINT log_head_seq CHECK (seq >= 0) )
-- next
CREATE TABLE monitoring_city ( sample TEXT NOT NULL, city TEXT NOT NULL, households BIGINT NOT NULL,
    PRIMARY KEY (sample, city),
    CONSTRAINT monitoring_city_some CHECK (households > 0) )
-- next
CREATE TRIGGER monitoring_city_no_change BEFORE UPDATE OR DELETE ON monitoring_city FOR EACH ROW EXECUTE FUNCTION refuse_change()
-- next
CREATE TRIGGER monitoring_city_no_truncate BEFORE TRUNCATE ON monitoring_city FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
-- next
CREATE TABLE monitoring_interview ( id BYTEA NOT NULL, sample TEXT NOT NULL, household TEXT NOT NULL, sealed BYTEA NOT NULL, taken_by TEXT NOT NULL, taken_at BIGINT NOT NULL,
    PRIMARY KEY (id) )
-- next
CREATE INDEX monitoring_interview_sample ON monitoring_interview (sample)
-- next
CREATE TRIGGER monitoring_interview_no_change BEFORE UPDATE OR DELETE ON monitoring_interview FOR EACH ROW EXECUTE FUNCTION refuse_change()
-- next
CREATE TRIGGER monitoring_interview_no_truncate BEFORE TRUNCATE ON monitoring_interview FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
-- next
CREATE TABLE monitoring_member ( sample TEXT NOT NULL, place BIGINT NOT NULL, household TEXT NOT NULL, city TEXT NOT NULL, person TEXT NOT NULL,
    PRIMARY KEY (sample, place) )
-- next
CREATE TRIGGER monitoring_member_no_change BEFORE UPDATE OR DELETE ON monitoring_member FOR EACH ROW EXECUTE FUNCTION refuse_change()
-- next
CREATE TRIGGER monitoring_member_no_truncate BEFORE TRUNCATE ON monitoring_member FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
-- next
CREATE TABLE monitoring_sample ( number TEXT NOT NULL, round TEXT NOT NULL, margin_percent BIGINT NOT NULL, confidence_percent BIGINT NOT NULL, each_city BIGINT NOT NULL, seed TEXT NOT NULL, frame_hash BYTEA NOT NULL, drawn_by TEXT NOT NULL, drawn_at BIGINT NOT NULL,
    PRIMARY KEY (number),
    CONSTRAINT monitoring_sample_margin CHECK (margin_percent BETWEEN 1 AND 20),
    CONSTRAINT monitoring_sample_confidence CHECK (confidence_percent IN (80, 90, 95, 99)),
    CONSTRAINT monitoring_sample_each CHECK (each_city IN (0, 1)) )
-- next
CREATE TRIGGER monitoring_sample_no_change BEFORE UPDATE OR DELETE ON monitoring_sample FOR EACH ROW EXECUTE FUNCTION refuse_change()
-- next
CREATE TRIGGER monitoring_sample_no_truncate BEFORE TRUNCATE ON monitoring_sample FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
-- next
CREATE TABLE offline_claim ( id BYTEA NOT NULL, device BYTEA NOT NULL, list BYTEA NOT NULL, code_hash BYTEA, voucher BYTEA, store TEXT NOT NULL, receipt TEXT NOT NULL, receipt_total_minor BIGINT, amount_minor BIGINT NOT NULL, said_at BIGINT NOT NULL, occurred_at BIGINT NOT NULL, taken_by TEXT NOT NULL, uploaded_by TEXT NOT NULL, uploaded_at BIGINT NOT NULL, outcome TEXT NOT NULL, reason TEXT, posted_minor BIGINT NOT NULL, entry BYTEA, charged_to TEXT,
    PRIMARY KEY (id),
    CONSTRAINT offline_claim_entry UNIQUE (entry),
    CONSTRAINT offline_claim_amount CHECK (amount_minor > 0),
    CONSTRAINT offline_claim_posted CHECK (posted_minor BETWEEN 0 AND amount_minor),
    CONSTRAINT offline_claim_outcome CHECK (outcome IN ('posted', 'part', 'conflict', 'same', 'waits')),
    CONSTRAINT offline_claim_whole CHECK ((outcome = 'posted') = (posted_minor = amount_minor)),
    CONSTRAINT offline_claim_entry_there CHECK ((entry IS NOT NULL) = (posted_minor > 0)),
    CONSTRAINT offline_claim_moved CHECK ((outcome IN ('posted', 'part')) = (posted_minor > 0)),
    CONSTRAINT offline_claim_charged CHECK ((outcome IN ('part', 'conflict')) = (charged_to IS NOT NULL)),
    CONSTRAINT offline_claim_charged_word CHECK (charged_to IS NULL OR charged_to IN ('retailer', 'programme')),
    CONSTRAINT offline_claim_reason CHECK ((reason IS NULL) = (outcome IN ('posted', 'same'))) )
-- next
CREATE INDEX offline_claim_list ON offline_claim (list)
-- next
CREATE INDEX offline_claim_voucher ON offline_claim (voucher)
-- next
CREATE TRIGGER offline_claim_no_change BEFORE UPDATE OR DELETE ON offline_claim FOR EACH ROW EXECUTE FUNCTION refuse_change()
-- next
CREATE TRIGGER offline_claim_no_truncate BEFORE TRUNCATE ON offline_claim FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
-- next
CREATE TABLE offline_list ( id BYTEA NOT NULL, device BYTEA NOT NULL, store TEXT NOT NULL, made_for TEXT NOT NULL, made_at BIGINT NOT NULL, digest BYTEA NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT offline_list_digest_whole CHECK (length(digest) = 32) )
-- next
CREATE INDEX offline_list_device ON offline_list (device)
-- next
CREATE TRIGGER offline_list_no_change BEFORE UPDATE OR DELETE ON offline_list FOR EACH ROW EXECUTE FUNCTION refuse_change()
-- next
CREATE TRIGGER offline_list_no_truncate BEFORE TRUNCATE ON offline_list FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
-- next
CREATE TABLE offline_terms ( programme TEXT NOT NULL, number BIGINT NOT NULL, allowed BIGINT NOT NULL, per_voucher_minor BIGINT NOT NULL, per_device_minor BIGINT NOT NULL, per_day_minor BIGINT NOT NULL, list_hours BIGINT NOT NULL, charged_to TEXT NOT NULL, set_by TEXT NOT NULL, set_at BIGINT NOT NULL,
    PRIMARY KEY (programme, number),
    CONSTRAINT offline_terms_allowed CHECK (allowed IN (0, 1)),
    CONSTRAINT offline_terms_bounds CHECK (per_voucher_minor > 0 AND per_device_minor > 0 AND per_day_minor > 0),
    CONSTRAINT offline_terms_hours CHECK (list_hours BETWEEN 1 AND 168),
    CONSTRAINT offline_terms_charged CHECK (charged_to IN ('retailer', 'programme')) )
-- next
CREATE TRIGGER offline_terms_no_change BEFORE UPDATE OR DELETE ON offline_terms FOR EACH ROW EXECUTE FUNCTION refuse_change()
-- next
CREATE TRIGGER offline_terms_no_truncate BEFORE TRUNCATE ON offline_terms FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
-- next
CREATE TABLE operator ( name TEXT NOT NULL, passphrase_hash TEXT NOT NULL, must_change BIGINT NOT NULL, disabled_at BIGINT, tries TEXT NOT NULL, rests_until BIGINT, made_by TEXT NOT NULL, made_at BIGINT NOT NULL,
    PRIMARY KEY (name),
    CONSTRAINT operator_name CHECK (length(name) >= 2 AND length(name) <= 32 AND name = lower(name)),
    CONSTRAINT operator_passphrase CHECK (passphrase_hash LIKE '$argon2id$%%'),
    CONSTRAINT operator_must_change CHECK (must_change IN (0, 1)) )
-- next
CREATE TABLE operator_login ( token_hash BYTEA NOT NULL, operator TEXT NOT NULL, started_at BIGINT NOT NULL, ends_at BIGINT NOT NULL, ended_at BIGINT, mac BYTEA,
    PRIMARY KEY (token_hash),
    CONSTRAINT operator_login_token CHECK (length(token_hash) = 32),
    CONSTRAINT operator_login_ends CHECK (started_at < ends_at) )
-- next
CREATE TABLE operator_pin ( operator TEXT NOT NULL, pin_hash TEXT NOT NULL, tries TEXT NOT NULL, rests_until BIGINT, misses BIGINT NOT NULL, made_by TEXT NOT NULL, made_at BIGINT NOT NULL,
    PRIMARY KEY (operator),
    CONSTRAINT operator_pin_hash CHECK (pin_hash LIKE '$argon2id$%%'),
    CONSTRAINT operator_pin_misses CHECK (misses >= 0) )
-- next
CREATE TABLE operator_recovery ( hash BYTEA NOT NULL, operator TEXT NOT NULL, used_at BIGINT,
    PRIMARY KEY (hash),
    CONSTRAINT operator_recovery_hash CHECK (length(hash) = 32) )
-- next
CREATE INDEX operator_recovery_operator ON operator_recovery (operator)
-- next
CREATE TABLE operator_role ( operator TEXT NOT NULL, role TEXT NOT NULL,
    PRIMARY KEY (operator, role),
    CONSTRAINT operator_role_known CHECK (role IN ('field', 'cashier', 'finance', 'controller', 'manager', 'auditor', 'admin', 'protection')) )
-- next
CREATE TABLE operator_second ( operator TEXT NOT NULL, secret_sealed BYTEA NOT NULL, last_step BIGINT NOT NULL, tries TEXT NOT NULL, rests_until BIGINT, misses BIGINT NOT NULL, made_by TEXT NOT NULL, made_at BIGINT NOT NULL,
    PRIMARY KEY (operator),
    CONSTRAINT operator_second_sealed CHECK (length(secret_sealed) >= 48),
    CONSTRAINT operator_second_misses CHECK (misses >= 0 AND last_step >= 0) )
-- next
CREATE TABLE operator_store ( operator TEXT NOT NULL, store TEXT NOT NULL,
    PRIMARY KEY (operator, store) )
-- next
CREATE TABLE payment ( id BYTEA NOT NULL, settlement BYTEA NOT NULL, part BIGINT NOT NULL, amount_minor BIGINT NOT NULL, left_minor BIGINT NOT NULL, reference TEXT NOT NULL, place BIGINT NOT NULL, fee_minor BIGINT NOT NULL, paid_by TEXT NOT NULL, paid_at BIGINT NOT NULL, hash BYTEA NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT payment_part UNIQUE (settlement, part),
    CONSTRAINT payment_place UNIQUE (reference, place),
    CONSTRAINT payment_amount CHECK (amount_minor > 0 AND left_minor >= 0),
    CONSTRAINT payment_numbered CHECK (part >= 1 AND place >= 1),
    CONSTRAINT payment_fee CHECK (fee_minor = 0 OR (fee_minor > 0 AND place = 1)) )
-- next
CREATE TRIGGER payment_no_change BEFORE UPDATE OR DELETE ON payment FOR EACH ROW EXECUTE FUNCTION refuse_change()
-- next
CREATE TRIGGER payment_no_truncate BEFORE TRUNCATE ON payment FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
-- next
CREATE TABLE people_turn ( number BIGINT NOT NULL, turn BIGINT NOT NULL,
    PRIMARY KEY (number),
    CONSTRAINT one_people_turn CHECK (number = 1) )
-- next
CREATE TABLE period ( code TEXT NOT NULL, from_size BIGINT NOT NULL, to_size BIGINT NOT NULL, closed_by TEXT NOT NULL, closed_at BIGINT NOT NULL, ends_at BIGINT NOT NULL, despite TEXT NOT NULL,
    PRIMARY KEY (code),
    CONSTRAINT period_sizes CHECK (from_size < to_size),
    CONSTRAINT period_ends CHECK (ends_at >= 0) )
-- next
CREATE TRIGGER period_no_change BEFORE UPDATE OR DELETE ON period FOR EACH ROW EXECUTE FUNCTION refuse_change()
-- next
CREATE TRIGGER period_no_truncate BEFORE TRUNCATE ON period FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
-- next
CREATE TABLE person ( number TEXT NOT NULL, city TEXT NOT NULL, household TEXT NOT NULL, sex TEXT NOT NULL, birth_year BIGINT, language TEXT NOT NULL, name_script TEXT NOT NULL, status TEXT NOT NULL, consent BIGINT NOT NULL, version BIGINT NOT NULL, list_hash TEXT NOT NULL, enrolled_by TEXT NOT NULL, enrolled_at BIGINT NOT NULL, approved_by TEXT, approved_at BIGINT, merged_into TEXT, erased_at BIGINT,
    PRIMARY KEY (number),
    CONSTRAINT person_sex CHECK (sex IN ('f', 'm', '')),
    CONSTRAINT person_script CHECK (name_script IN ('Arab', 'Cyrl', '')),
    CONSTRAINT person_birth_year CHECK (birth_year BETWEEN 1850 AND 2200),
    CONSTRAINT person_status CHECK (status IN ('active', 'suspended', 'left', 'dead')),
    CONSTRAINT person_consent CHECK (consent IN (0, 1)),
    CONSTRAINT person_current CHECK (version >= 1),
    CONSTRAINT person_approval CHECK ((approved_by IS NULL) = (approved_at IS NULL)),
    CONSTRAINT person_merged CHECK (merged_into <> number) )
-- next
CREATE INDEX person_household ON person (household)
-- next
CREATE INDEX person_list ON person (list_hash)
-- next
CREATE TABLE person_change ( id BYTEA NOT NULL, person TEXT NOT NULL, kind TEXT NOT NULL, was TEXT NOT NULL, became TEXT NOT NULL, date TEXT NOT NULL, reason_sealed BYTEA, changed_by TEXT NOT NULL, changed_at BIGINT NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT person_change_kind CHECK (kind IN ('status', 'city', 'household', 'head', 'size', 'sex', 'birth-year', 'language', 'refused')) )
-- next
CREATE INDEX person_change_person ON person_change (person)
-- next
CREATE TRIGGER person_change_no_change BEFORE UPDATE OR DELETE ON person_change FOR EACH ROW EXECUTE FUNCTION refuse_change()
-- next
CREATE TRIGGER person_change_no_truncate BEFORE TRUNCATE ON person_change FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
-- next
CREATE TABLE person_flag ( person TEXT NOT NULL, flag TEXT NOT NULL, set_by TEXT NOT NULL, set_at BIGINT NOT NULL,
    PRIMARY KEY (person, flag) )
-- next
CREATE TABLE person_version ( person TEXT NOT NULL, version BIGINT NOT NULL, sealed BYTEA NOT NULL, made_by TEXT NOT NULL, made_at BIGINT NOT NULL,
    PRIMARY KEY (person, version),
    CONSTRAINT person_version_counts CHECK (version >= 1) )
-- next
CREATE TRIGGER person_version_no_change BEFORE UPDATE OR DELETE ON person_version FOR EACH ROW EXECUTE FUNCTION refuse_change()
-- next
CREATE TRIGGER person_version_no_truncate BEFORE TRUNCATE ON person_version FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
-- next
CREATE TABLE practice_clock ( number BIGINT NOT NULL, behind_us BIGINT NOT NULL,
    PRIMARY KEY (number),
    CONSTRAINT one_practice_clock CHECK (number = 1) )
-- next
CREATE TABLE print_run ( id BYTEA NOT NULL, batch BYTEA NOT NULL, printed_by TEXT NOT NULL, printed_at BIGINT NOT NULL, reason TEXT, format TEXT NOT NULL, sheets BIGINT NOT NULL, first_serial TEXT NOT NULL, last_serial TEXT NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT print_run_sheets CHECK (sheets > 0) )
-- next
CREATE INDEX print_run_batch ON print_run (batch)
-- next
CREATE TRIGGER print_run_no_change BEFORE UPDATE OR DELETE ON print_run FOR EACH ROW EXECUTE FUNCTION refuse_change()
-- next
CREATE TRIGGER print_run_no_truncate BEFORE TRUNCATE ON print_run FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
-- next
CREATE TABLE printed_voucher ( voucher BYTEA NOT NULL, run BYTEA NOT NULL,
    PRIMARY KEY (voucher, run) )
-- next
CREATE INDEX printed_voucher_run ON printed_voucher (run)
-- next
CREATE TRIGGER printed_voucher_no_change BEFORE UPDATE OR DELETE ON printed_voucher FOR EACH ROW EXECUTE FUNCTION refuse_change()
-- next
CREATE TRIGGER printed_voucher_no_truncate BEFORE TRUNCATE ON printed_voucher FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
-- next
CREATE TABLE programme ( code TEXT NOT NULL, name TEXT NOT NULL, short_name TEXT NOT NULL, currency TEXT NOT NULL, zone TEXT NOT NULL, budget_minor BIGINT NOT NULL, duties_apart BIGINT NOT NULL, reversal_alone_max_minor BIGINT NOT NULL, web_address TEXT, hotline TEXT NOT NULL, lateness_days BIGINT NOT NULL, language TEXT NOT NULL, despite_allowed BIGINT NOT NULL, made_by TEXT NOT NULL, made_at BIGINT NOT NULL,
    PRIMARY KEY (code),
    CONSTRAINT programme_budget CHECK (budget_minor >= 0),
    CONSTRAINT programme_duties CHECK (duties_apart IN (0, 1)),
    CONSTRAINT programme_despite CHECK (despite_allowed IN (0, 1)),
    CONSTRAINT programme_reversal CHECK (reversal_alone_max_minor >= 0),
    CONSTRAINT programme_lateness CHECK (lateness_days BETWEEN 0 AND 3650) )
-- next
CREATE TABLE proxy ( id BYTEA NOT NULL, household TEXT NOT NULL, head TEXT NOT NULL, sealed BYTEA NOT NULL, named_by TEXT NOT NULL, named_at BIGINT NOT NULL, ended_by TEXT, ended_at BIGINT,
    PRIMARY KEY (id),
    CONSTRAINT proxy_ended CHECK ((ended_by IS NULL) = (ended_at IS NULL)) )
-- next
CREATE INDEX proxy_household ON proxy (household)
-- next
CREATE TABLE receipt ( store TEXT NOT NULL, number TEXT NOT NULL, total_minor BIGINT, used_minor BIGINT NOT NULL,
    PRIMARY KEY (store, number),
    CONSTRAINT receipt_used CHECK (used_minor >= 0),
    CONSTRAINT receipt_within_total CHECK (total_minor IS NULL OR used_minor <= total_minor) )
-- next
CREATE TABLE reconfirmation ( round TEXT NOT NULL, person TEXT NOT NULL, asked_at BIGINT NOT NULL, answer TEXT, answered_on TEXT, answered_by TEXT,
    PRIMARY KEY (round, person),
    CONSTRAINT reconfirmation_answer CHECK (answer IN ('here', 'gone')),
    CONSTRAINT reconfirmation_on CHECK ((answer IS NULL) = (answered_on IS NULL)),
    CONSTRAINT reconfirmation_by CHECK ((answer IS NULL) = (answered_by IS NULL)) )
-- next
CREATE TABLE referral ( id BYTEA NOT NULL, key_number BIGINT NOT NULL, sealed BYTEA NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT referral_size CHECK (length(sealed) = 16412) )
-- next
CREATE TABLE referral_key ( number BIGINT NOT NULL, key_check TEXT NOT NULL, made_by TEXT NOT NULL, made_at BIGINT NOT NULL,
    PRIMARY KEY (number),
    CONSTRAINT referral_key_counts CHECK (number >= 1) )
-- next
CREATE TRIGGER referral_key_no_change BEFORE UPDATE OR DELETE ON referral_key FOR EACH ROW EXECUTE FUNCTION refuse_change()
-- next
CREATE TRIGGER referral_key_no_truncate BEFORE TRUNCATE ON referral_key FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
-- next
CREATE TABLE reminder ( id BYTEA NOT NULL, round TEXT NOT NULL, beneficiary TEXT NOT NULL, way TEXT NOT NULL, result TEXT NOT NULL, made_by TEXT NOT NULL, made_at BIGINT NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT reminder_way CHECK (way IN ('call', 'message')),
    CONSTRAINT reminder_result CHECK (result IN ('reached', 'no-answer', 'wrong-number', 'day', 'expiring', 'replaced')) )
-- next
CREATE INDEX reminder_round ON reminder (round, beneficiary)
-- next
CREATE TRIGGER reminder_no_change BEFORE UPDATE OR DELETE ON reminder FOR EACH ROW EXECUTE FUNCTION refuse_change()
-- next
CREATE TRIGGER reminder_no_truncate BEFORE TRUNCATE ON reminder FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
-- next
CREATE TABLE retailer ( code TEXT NOT NULL, name TEXT NOT NULL, number TEXT,
    PRIMARY KEY (code),
    CONSTRAINT retailer_code CHECK (code <> '' AND code = lower(code)),
    CONSTRAINT retailer_name CHECK (name <> ''),
    CONSTRAINT retailer_number CHECK (length(number) BETWEEN 4 AND 32) )
-- next
CREATE TABLE retention ( programme TEXT NOT NULL, delete_after TEXT NOT NULL, set_by TEXT NOT NULL, set_at BIGINT NOT NULL,
    PRIMARY KEY (programme) )
-- next
CREATE TABLE round ( code TEXT NOT NULL, programme TEXT NOT NULL, valid_from TEXT NOT NULL, valid_until TEXT NOT NULL, in_parts BIGINT NOT NULL, next_serial BIGINT NOT NULL, next_batch BIGINT NOT NULL, made_by TEXT NOT NULL, made_at BIGINT NOT NULL, cancelled_at BIGINT,
    PRIMARY KEY (code),
    CONSTRAINT round_dates CHECK (valid_from <= valid_until),
    CONSTRAINT round_parts CHECK (in_parts IN (0, 1)) )
-- next
CREATE TABLE round_grant ( round TEXT NOT NULL, place BIGINT NOT NULL, grant_code TEXT NOT NULL, share BIGINT, limit_minor BIGINT,
    PRIMARY KEY (round, place),
    CONSTRAINT round_grant_once UNIQUE (round, grant_code),
    CONSTRAINT round_grant_place CHECK (place >= 1),
    CONSTRAINT round_grant_share CHECK (share IS NULL OR (share > 0 AND limit_minor IS NULL)),
    CONSTRAINT round_grant_limit CHECK (limit_minor IS NULL OR limit_minor > 0) )
-- next
CREATE TRIGGER round_grant_no_change BEFORE UPDATE OR DELETE ON round_grant FOR EACH ROW EXECUTE FUNCTION refuse_change()
-- next
CREATE TRIGGER round_grant_no_truncate BEFORE TRUNCATE ON round_grant FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
-- next
CREATE TABLE round_retailer ( round TEXT NOT NULL, category TEXT NOT NULL, retailer TEXT NOT NULL,
    PRIMARY KEY (round, category, retailer) )
-- next
CREATE TRIGGER round_retailer_no_change BEFORE UPDATE OR DELETE ON round_retailer FOR EACH ROW EXECUTE FUNCTION refuse_change()
-- next
CREATE TRIGGER round_retailer_no_truncate BEFORE TRUNCATE ON round_retailer FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
-- next
CREATE TABLE row_digest ( seq BIGINT NOT NULL, place TEXT NOT NULL, keys TEXT NOT NULL, digests BYTEA NOT NULL, vouched_by TEXT NOT NULL, mac BYTEA NOT NULL, hash BYTEA NOT NULL,
    PRIMARY KEY (seq),
    CONSTRAINT row_digest_hash UNIQUE (hash),
    CONSTRAINT row_digest_seq CHECK (seq >= 1),
    CONSTRAINT row_digest_hash_whole CHECK (length(hash) = 32),
    CONSTRAINT row_digest_whole CHECK (length(digests) >= 32) )
-- next
CREATE INDEX row_digest_place ON row_digest (place)
-- next
CREATE TRIGGER row_digest_no_change BEFORE UPDATE OR DELETE ON row_digest FOR EACH ROW EXECUTE FUNCTION refuse_change()
-- next
CREATE TRIGGER row_digest_no_truncate BEFORE TRUNCATE ON row_digest FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
-- next
CREATE TABLE row_digest_head ( number BIGINT NOT NULL, seq BIGINT NOT NULL, hash BYTEA NOT NULL,
    PRIMARY KEY (number),
    CONSTRAINT row_digest_head_one CHECK (number = 1),
    CONSTRAINT row_digest_head_seq CHECK (seq >= 0) )
-- next
CREATE TABLE sanctions_hit ( counted BIGINT NOT NULL, kind TEXT NOT NULL, subject TEXT NOT NULL, label TEXT NOT NULL, entry TEXT NOT NULL, fingerprint BYTEA NOT NULL, bits BIGINT NOT NULL, found_by TEXT NOT NULL, found_at BIGINT NOT NULL, decision TEXT, reason TEXT, decided_by TEXT, decided_at BIGINT,
    PRIMARY KEY (counted),
    CONSTRAINT sanctions_hit_counted CHECK (counted >= 1),
    CONSTRAINT sanctions_hit_kind CHECK (kind IN ('retailer', 'operator', 'proxy', 'person')),
    CONSTRAINT sanctions_hit_decision CHECK (decision IN ('same', 'different')),
    CONSTRAINT sanctions_hit_decided CHECK ((decision IS NULL) = (decided_by IS NULL)),
    CONSTRAINT sanctions_hit_decided_at CHECK ((decision IS NULL) = (decided_at IS NULL)),
    CONSTRAINT sanctions_hit_reason CHECK ((decision IS NULL) = (reason IS NULL)) )
-- next
CREATE INDEX sanctions_hit_subject ON sanctions_hit (kind, subject)
-- next
CREATE TABLE sanctions_list ( label TEXT NOT NULL, digest TEXT NOT NULL, dated TEXT NOT NULL, entry_count BIGINT NOT NULL, entries TEXT NOT NULL, loaded_by TEXT NOT NULL, loaded_at BIGINT NOT NULL,
    PRIMARY KEY (label),
    CONSTRAINT sanctions_list_label CHECK (length(label) BETWEEN 2 AND 32),
    CONSTRAINT sanctions_list_count CHECK (entry_count >= 1) )
-- next
CREATE TABLE sanctions_name ( kind TEXT NOT NULL, subject TEXT NOT NULL, name TEXT NOT NULL, made_by TEXT NOT NULL, made_at BIGINT NOT NULL,
    PRIMARY KEY (kind, subject, name),
    CONSTRAINT sanctions_name_kind CHECK (kind IN ('retailer', 'operator')) )
-- next
CREATE TABLE sanctions_policy ( programme TEXT NOT NULL, asked BIGINT NOT NULL, families BIGINT NOT NULL, set_by TEXT NOT NULL, set_at BIGINT NOT NULL,
    PRIMARY KEY (programme),
    CONSTRAINT sanctions_policy_asked CHECK (asked IN (0, 1)),
    CONSTRAINT sanctions_policy_families CHECK (families IN (0, 1) AND families <= asked) )
-- next
CREATE TABLE sanctions_run ( counted BIGINT NOT NULL, at BIGINT NOT NULL, run_by TEXT NOT NULL, subjects BIGINT NOT NULL, compared BYTEA NOT NULL,
    PRIMARY KEY (counted),
    CONSTRAINT sanctions_run_counted CHECK (counted >= 1) )
-- next
CREATE TRIGGER sanctions_run_no_change BEFORE UPDATE OR DELETE ON sanctions_run FOR EACH ROW EXECUTE FUNCTION refuse_change()
-- next
CREATE TRIGGER sanctions_run_no_truncate BEFORE TRUNCATE ON sanctions_run FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
-- next
CREATE TABLE seal ( size BIGINT NOT NULL, root BYTEA NOT NULL, peaks BYTEA NOT NULL, reason TEXT NOT NULL, sealed_by TEXT NOT NULL, sealed_at BIGINT NOT NULL, checkpoint TEXT NOT NULL,
    PRIMARY KEY (size),
    CONSTRAINT seal_size CHECK (size > 0) )
-- next
CREATE TRIGGER seal_no_change BEFORE UPDATE OR DELETE ON seal FOR EACH ROW EXECUTE FUNCTION refuse_change()
-- next
CREATE TRIGGER seal_no_truncate BEFORE TRUNCATE ON seal FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
-- next
CREATE TABLE settlement ( id BYTEA NOT NULL, number TEXT NOT NULL, retailer TEXT NOT NULL, statement BYTEA NOT NULL, accepted_minor BIGINT NOT NULL, discount_minor BIGINT NOT NULL, fee_minor BIGINT NOT NULL, payable_minor BIGINT NOT NULL, terms BIGINT, due_on TEXT, made_by TEXT NOT NULL, made_at BIGINT NOT NULL, hash BYTEA NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT settlement_number UNIQUE (number),
    CONSTRAINT settlement_amount CHECK (accepted_minor >= 0 AND fee_minor >= 0),
    CONSTRAINT settlement_payable CHECK (payable_minor >= 0 AND payable_minor = accepted_minor - discount_minor - fee_minor),
    CONSTRAINT settlement_terms CHECK (terms IS NOT NULL OR (fee_minor = 0 AND due_on IS NULL)) )
-- next
CREATE TRIGGER settlement_no_change BEFORE UPDATE OR DELETE ON settlement FOR EACH ROW EXECUTE FUNCTION refuse_change()
-- next
CREATE TRIGGER settlement_no_truncate BEFORE TRUNCATE ON settlement FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
-- next
CREATE TABLE settlement_line ( entry BYTEA NOT NULL, settlement BYTEA NOT NULL, settled_minor BIGINT NOT NULL, waived_minor BIGINT NOT NULL, discount_minor BIGINT NOT NULL,
    PRIMARY KEY (entry),
    CONSTRAINT settlement_line_sign CHECK ((settled_minor >= 0 AND waived_minor >= 0 AND settled_minor + waived_minor > 0) OR (settled_minor <= 0 AND waived_minor <= 0 AND settled_minor + waived_minor < 0)),
    CONSTRAINT settlement_line_discount CHECK ((discount_minor >= 0 AND discount_minor <= settled_minor) OR (discount_minor <= 0 AND discount_minor >= settled_minor)) )
-- next
CREATE INDEX settlement_line_settlement ON settlement_line (settlement)
-- next
CREATE TRIGGER settlement_line_no_change BEFORE UPDATE OR DELETE ON settlement_line FOR EACH ROW EXECUTE FUNCTION refuse_change()
-- next
CREATE TRIGGER settlement_line_no_truncate BEFORE TRUNCATE ON settlement_line FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
-- next
CREATE TABLE shop_note ( id BYTEA NOT NULL, store TEXT NOT NULL, month TEXT NOT NULL, item TEXT NOT NULL, price_minor BIGINT, currency TEXT NOT NULL, stock TEXT NOT NULL, noted_by TEXT NOT NULL, noted_at BIGINT NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT shop_note_price CHECK (price_minor IS NULL OR price_minor > 0),
    CONSTRAINT shop_note_stock CHECK (stock IN ('yes', 'low', 'no')) )
-- next
CREATE TRIGGER shop_note_no_change BEFORE UPDATE OR DELETE ON shop_note FOR EACH ROW EXECUTE FUNCTION refuse_change()
-- next
CREATE TRIGGER shop_note_no_truncate BEFORE TRUNCATE ON shop_note FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
-- next
CREATE TABLE statement ( id BYTEA NOT NULL, number TEXT NOT NULL, retailer TEXT NOT NULL, currency TEXT NOT NULL, zone TEXT NOT NULL, file TEXT NOT NULL, digest BYTEA NOT NULL, period_from TEXT NOT NULL, period_until TEXT NOT NULL, line_count BIGINT NOT NULL, claimed_minor BIGINT NOT NULL, stated_minor BIGINT, left_minor BIGINT NOT NULL, columns TEXT NOT NULL, imported_by TEXT NOT NULL, imported_at BIGINT NOT NULL, reconciled_at BIGINT, withdrawn_at BIGINT, replaced_by TEXT,
    PRIMARY KEY (id),
    CONSTRAINT statement_number UNIQUE (number),
    CONSTRAINT statement_once UNIQUE (digest),
    CONSTRAINT statement_period CHECK (period_from <= period_until),
    CONSTRAINT statement_lines CHECK (line_count > 0 AND claimed_minor > 0),
    CONSTRAINT statement_replaced CHECK (replaced_by IS NULL OR withdrawn_at IS NOT NULL) )
-- next
CREATE TABLE store ( code TEXT NOT NULL, retailer TEXT NOT NULL, city TEXT NOT NULL, names TEXT NOT NULL, closed_at BIGINT,
    PRIMARY KEY (code),
    CONSTRAINT store_code CHECK (code <> '' AND code = lower(code)),
    CONSTRAINT store_names CHECK (names LIKE '{%%}') )
-- next
CREATE INDEX store_retailer ON store (retailer)
-- next
CREATE TABLE throttle ( who TEXT NOT NULL, until_at BIGINT NOT NULL,
    PRIMARY KEY (who) )
-- next
CREATE TABLE till_claim ( device BYTEA NOT NULL, credential_hash BYTEA NOT NULL, claimed_at BIGINT NOT NULL,
    PRIMARY KEY (device),
    CONSTRAINT till_claim_credential UNIQUE (credential_hash),
    CONSTRAINT till_claim_credential_whole CHECK (length(credential_hash) = 32) )
-- next
CREATE TRIGGER till_claim_no_change BEFORE UPDATE OR DELETE ON till_claim FOR EACH ROW EXECUTE FUNCTION refuse_change()
-- next
CREATE TRIGGER till_claim_no_truncate BEFORE TRUNCATE ON till_claim FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
-- next
CREATE TABLE till_device ( id BYTEA NOT NULL, number TEXT NOT NULL, store TEXT NOT NULL, operator TEXT, pairing_hash BYTEA NOT NULL, pair_until BIGINT NOT NULL, made_by TEXT NOT NULL, made_at BIGINT NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT till_device_number UNIQUE (number),
    CONSTRAINT till_device_pairing UNIQUE (pairing_hash),
    CONSTRAINT till_device_pairing_whole CHECK (length(pairing_hash) = 32),
    CONSTRAINT till_device_in_time CHECK (made_at < pair_until) )
-- next
CREATE TRIGGER till_device_no_change BEFORE UPDATE OR DELETE ON till_device FOR EACH ROW EXECUTE FUNCTION refuse_change()
-- next
CREATE TRIGGER till_device_no_truncate BEFORE TRUNCATE ON till_device FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
-- next
CREATE TABLE till_revoked ( device BYTEA NOT NULL, revoked_by TEXT NOT NULL, revoked_at BIGINT NOT NULL,
    PRIMARY KEY (device) )
-- next
CREATE TRIGGER till_revoked_no_change BEFORE UPDATE OR DELETE ON till_revoked FOR EACH ROW EXECUTE FUNCTION refuse_change()
-- next
CREATE TRIGGER till_revoked_no_truncate BEFORE TRUNCATE ON till_revoked FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
-- next
CREATE TABLE till_shift ( id BYTEA NOT NULL, store TEXT NOT NULL, operator TEXT NOT NULL, currency TEXT NOT NULL, number BIGINT NOT NULL, request TEXT NOT NULL, since_at BIGINT NOT NULL, closed_at BIGINT NOT NULL, device TEXT NOT NULL, line_count BIGINT NOT NULL, receipts BIGINT NOT NULL, amount_minor BIGINT NOT NULL, counted_receipts BIGINT NOT NULL, counted_minor BIGINT NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT till_shift_number UNIQUE (store, operator, currency, number),
    CONSTRAINT till_shift_request UNIQUE (operator, request),
    CONSTRAINT till_shift_whole CHECK (number >= 1 AND line_count >= 1),
    CONSTRAINT till_shift_receipts CHECK (receipts BETWEEN 0 AND line_count),
    CONSTRAINT till_shift_counted CHECK (counted_receipts >= 0 AND counted_minor >= 0),
    CONSTRAINT till_shift_time CHECK (since_at <= closed_at) )
-- next
CREATE TRIGGER till_shift_no_change BEFORE UPDATE OR DELETE ON till_shift FOR EACH ROW EXECUTE FUNCTION refuse_change()
-- next
CREATE TRIGGER till_shift_no_truncate BEFORE TRUNCATE ON till_shift FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
-- next
CREATE TABLE till_shift_line ( entry BYTEA NOT NULL, shift BYTEA NOT NULL,
    PRIMARY KEY (entry) )
-- next
CREATE INDEX till_shift_line_shift ON till_shift_line (shift)
-- next
CREATE TRIGGER till_shift_line_no_change BEFORE UPDATE OR DELETE ON till_shift_line FOR EACH ROW EXECUTE FUNCTION refuse_change()
-- next
CREATE TRIGGER till_shift_line_no_truncate BEFORE TRUNCATE ON till_shift_line FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
-- next
CREATE TABLE training ( operator TEXT NOT NULL, topic TEXT NOT NULL, day TEXT NOT NULL, trainer TEXT NOT NULL, store TEXT, made_by TEXT NOT NULL, made_at BIGINT NOT NULL,
    PRIMARY KEY (operator, topic, day),
    CONSTRAINT training_by_another CHECK (operator <> trainer) )
-- next
CREATE TRIGGER training_no_change BEFORE UPDATE OR DELETE ON training FOR EACH ROW EXECUTE FUNCTION refuse_change()
-- next
CREATE TRIGGER training_no_truncate BEFORE TRUNCATE ON training FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
-- next
CREATE TABLE training_plan ( role TEXT NOT NULL, topic TEXT NOT NULL, made_by TEXT NOT NULL, made_at BIGINT NOT NULL,
    PRIMARY KEY (role, topic) )
-- next
CREATE TABLE training_rule ( programme TEXT NOT NULL, role TEXT NOT NULL, topic TEXT NOT NULL, made_by TEXT NOT NULL, made_at BIGINT NOT NULL,
    PRIMARY KEY (programme, role, topic),
    CONSTRAINT training_rule_role CHECK (role <> 'admin') )
-- next
CREATE TABLE verification_member ( sample TEXT NOT NULL, place BIGINT NOT NULL, person TEXT NOT NULL,
    PRIMARY KEY (sample, place) )
-- next
CREATE TRIGGER verification_member_no_change BEFORE UPDATE OR DELETE ON verification_member FOR EACH ROW EXECUTE FUNCTION refuse_change()
-- next
CREATE TRIGGER verification_member_no_truncate BEFORE TRUNCATE ON verification_member FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
-- next
CREATE TABLE verification_result ( id BYTEA NOT NULL, sample TEXT NOT NULL, person TEXT NOT NULL, result TEXT NOT NULL, date TEXT NOT NULL, note_sealed BYTEA, checked_by TEXT NOT NULL, checked_at BIGINT NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT verification_result_word CHECK (result IN ('seen', 'differs', 'refused', 'not-found')) )
-- next
CREATE INDEX verification_result_sample ON verification_result (sample)
-- next
CREATE TRIGGER verification_result_no_change BEFORE UPDATE OR DELETE ON verification_result FOR EACH ROW EXECUTE FUNCTION refuse_change()
-- next
CREATE TRIGGER verification_result_no_truncate BEFORE TRUNCATE ON verification_result FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
-- next
CREATE TABLE verification_sample ( number TEXT NOT NULL, frame TEXT NOT NULL, city TEXT, seed TEXT NOT NULL, share_percent BIGINT NOT NULL, frame_count BIGINT NOT NULL, frame_hash BYTEA NOT NULL, drawn_by TEXT NOT NULL, drawn_at BIGINT NOT NULL,
    PRIMARY KEY (number),
    CONSTRAINT verification_sample_share CHECK (share_percent BETWEEN 5 AND 15),
    CONSTRAINT verification_sample_frame CHECK (frame IN ('enrolled', 'eligible')) )
-- next
CREATE TRIGGER verification_sample_no_change BEFORE UPDATE OR DELETE ON verification_sample FOR EACH ROW EXECUTE FUNCTION refuse_change()
-- next
CREATE TRIGGER verification_sample_no_truncate BEFORE TRUNCATE ON verification_sample FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
-- next
CREATE TABLE voucher ( id BYTEA NOT NULL, serial TEXT NOT NULL, code_hash BYTEA NOT NULL, code_sealed BYTEA NOT NULL, batch BYTEA NOT NULL, round TEXT NOT NULL, city TEXT NOT NULL, category TEXT NOT NULL, beneficiary TEXT NOT NULL, language TEXT NOT NULL, part BIGINT NOT NULL, generation BIGINT NOT NULL, currency TEXT NOT NULL, face_minor BIGINT NOT NULL, spent_minor BIGINT NOT NULL, closed_minor BIGINT NOT NULL, state TEXT NOT NULL, valid_from TEXT NOT NULL, valid_until TEXT NOT NULL, opens_at BIGINT NOT NULL, closes_at BIGINT NOT NULL, successor BYTEA, last_seq BIGINT NOT NULL, last_hash BYTEA NOT NULL, last_at BIGINT NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT voucher_serial UNIQUE (serial),
    CONSTRAINT voucher_code UNIQUE (code_hash),
    CONSTRAINT voucher_once_a_round UNIQUE (round, beneficiary, category, part, generation),
    CONSTRAINT voucher_face CHECK (face_minor > 0),
    CONSTRAINT voucher_spent CHECK (spent_minor >= 0),
    CONSTRAINT voucher_closed CHECK (closed_minor >= 0),
    CONSTRAINT voucher_within_face CHECK (spent_minor + closed_minor <= face_minor),
    CONSTRAINT voucher_state CHECK (state IN ('issued', 'active', 'blocked', 'void', 'expired')),
    CONSTRAINT voucher_closed_whole CHECK (CASE WHEN state IN ('void', 'expired') THEN spent_minor + closed_minor = face_minor ELSE closed_minor = 0 END),
    CONSTRAINT voucher_dates CHECK (valid_from <= valid_until AND opens_at < closes_at),
    CONSTRAINT voucher_seq CHECK (last_seq >= 1),
    CONSTRAINT voucher_part CHECK (part >= 1 AND generation >= 0) )
-- next
CREATE INDEX voucher_batch ON voucher (batch, beneficiary, category)
-- next
CREATE FUNCTION voucher_follows() RETURNS trigger LANGUAGE plpgsql AS $$ DECLARE told record; BEGIN SELECT count(*) AS lines, sum(CASE e.kind WHEN 'redeem' THEN e.amount_minor WHEN 'reverse' THEN -e.amount_minor ELSE 0 END) AS spent, sum(CASE WHEN e.kind IN ('expire', 'void') THEN e.amount_minor WHEN e.kind = 'honour' THEN -e.amount_minor ELSE 0 END) AS closed, bool_or(e.seq = NEW.last_seq AND e.hash = NEW.last_hash) AS headed, bool_or(e.kind NOT IN ('redeem', 'reverse', 'extend', 'honour')) AS stated, bool_or(e.kind = 'honour') AS honoured, bool_or(e.kind = 'extend' AND e.valid_until = NEW.valid_until) AS extended, bool_or(e.kind = 'void' AND e.successor = NEW.successor) AS replaced, bool_and(e.kind <> 'reverse' OR EXISTS (SELECT 1 FROM public.entry r WHERE r.id = e.reverses AND r.voucher = e.voucher AND r.kind = 'redeem' AND r.amount_minor = e.amount_minor)) AS undone INTO told FROM public.entry e WHERE e.voucher = NEW.id AND e.seq > OLD.last_seq AND e.seq <= NEW.last_seq; IF told.lines = 0 OR told.lines <> NEW.last_seq - OLD.last_seq OR NOT told.headed OR told.spent <> NEW.spent_minor - OLD.spent_minor OR told.closed <> NEW.closed_minor - OLD.closed_minor OR NOT told.undone OR told.honoured AND OLD.state <> 'expired' OR NEW.state <> OLD.state AND NOT told.stated OR (NEW.valid_until, NEW.closes_at) <> (OLD.valid_until, OLD.closes_at) AND told.extended IS NOT TRUE OR NEW.successor IS DISTINCT FROM OLD.successor AND told.replaced IS NOT TRUE THEN RAISE EXCEPTION 'voucher % changes only beside its line', NEW.serial; END IF; RETURN NULL; END $$
-- next
CREATE TRIGGER voucher_follows AFTER UPDATE ON voucher FOR EACH ROW EXECUTE FUNCTION voucher_follows()
