CREATE TABLE acceptance ( entry BLOB NOT NULL, statement BLOB NOT NULL, line INTEGER NOT NULL, settlement BLOB NOT NULL,
    PRIMARY KEY (entry) ) WITHOUT ROWID, STRICT
-- next
CREATE INDEX acceptance_claim ON acceptance (statement, line)
-- next
CREATE TRIGGER acceptance_no_update BEFORE UPDATE ON acceptance BEGIN SELECT RAISE(ABORT, 'acceptance is append-only'); END
-- next
CREATE TRIGGER acceptance_no_delete BEFORE DELETE ON acceptance BEGIN SELECT RAISE(ABORT, 'acceptance is append-only'); END
-- next
CREATE TRIGGER acceptance_no_replace BEFORE INSERT ON acceptance WHEN EXISTS (SELECT 1 FROM acceptance WHERE entry = NEW.entry) BEGIN SELECT RAISE(ABORT, 'acceptance has this row already'); END
-- next
CREATE TABLE aid_counted ( round TEXT NOT NULL, category TEXT NOT NULL, person TEXT NOT NULL, household TEXT NOT NULL,
    PRIMARY KEY (round, category, person) ) WITHOUT ROWID, STRICT
-- next
CREATE TRIGGER aid_counted_no_update BEFORE UPDATE ON aid_counted BEGIN SELECT RAISE(ABORT, 'aid_counted is append-only'); END
-- next
CREATE TRIGGER aid_counted_no_delete BEFORE DELETE ON aid_counted BEGIN SELECT RAISE(ABORT, 'aid_counted is append-only'); END
-- next
CREATE TRIGGER aid_counted_no_replace BEFORE INSERT ON aid_counted WHEN EXISTS (SELECT 1 FROM aid_counted WHERE round = NEW.round AND category = NEW.category AND person = NEW.person) BEGIN SELECT RAISE(ABORT, 'aid_counted has this row already'); END
-- next
CREATE TABLE approval ( kind TEXT NOT NULL, object TEXT NOT NULL, said TEXT NOT NULL, given_by TEXT NOT NULL, given_at INTEGER NOT NULL, amount_minor INTEGER NOT NULL,
    PRIMARY KEY (kind, object, said, given_by),
    CONSTRAINT approval_kind CHECK (kind IN ('batch', 'settlement', 'decision')),
    CONSTRAINT approval_amount CHECK (amount_minor > 0 AND object <> '' AND said <> '') ) WITHOUT ROWID, STRICT
-- next
CREATE TRIGGER approval_no_update BEFORE UPDATE ON approval BEGIN SELECT RAISE(ABORT, 'approval is append-only'); END
-- next
CREATE TRIGGER approval_no_delete BEFORE DELETE ON approval BEGIN SELECT RAISE(ABORT, 'approval is append-only'); END
-- next
CREATE TRIGGER approval_no_replace BEFORE INSERT ON approval WHEN EXISTS (SELECT 1 FROM approval WHERE kind = NEW.kind AND object = NEW.object AND said = NEW.said AND given_by = NEW.given_by) BEGIN SELECT RAISE(ABORT, 'approval has this row already'); END
-- next
CREATE TABLE approval_rule ( programme TEXT NOT NULL, number INTEGER NOT NULL, kind TEXT NOT NULL, from_minor INTEGER NOT NULL, people INTEGER NOT NULL, set_by TEXT NOT NULL, set_at INTEGER NOT NULL,
    PRIMARY KEY (programme, number),
    CONSTRAINT approval_rule_kind CHECK (kind IN ('batch', 'settlement', 'decision')),
    CONSTRAINT approval_rule_people CHECK (number >= 1 AND from_minor > 0 AND people BETWEEN 1 AND 3) ) WITHOUT ROWID, STRICT
-- next
CREATE TRIGGER approval_rule_no_update BEFORE UPDATE ON approval_rule BEGIN SELECT RAISE(ABORT, 'approval_rule is append-only'); END
-- next
CREATE TRIGGER approval_rule_no_delete BEFORE DELETE ON approval_rule BEGIN SELECT RAISE(ABORT, 'approval_rule is append-only'); END
-- next
CREATE TRIGGER approval_rule_no_replace BEFORE INSERT ON approval_rule WHEN EXISTS (SELECT 1 FROM approval_rule WHERE programme = NEW.programme AND number = NEW.number) BEGIN SELECT RAISE(ABORT, 'approval_rule has this row already'); END
-- next
CREATE TABLE approved_list ( batch BLOB NOT NULL, lines BLOB NOT NULL,
    PRIMARY KEY (batch) ) WITHOUT ROWID, STRICT
-- next
CREATE TRIGGER approved_list_no_update BEFORE UPDATE ON approved_list BEGIN SELECT RAISE(ABORT, 'approved_list is append-only'); END
-- next
CREATE TRIGGER approved_list_no_delete BEFORE DELETE ON approved_list BEGIN SELECT RAISE(ABORT, 'approved_list is append-only'); END
-- next
CREATE TRIGGER approved_list_no_replace BEFORE INSERT ON approved_list WHEN EXISTS (SELECT 1 FROM approved_list WHERE batch = NEW.batch) BEGIN SELECT RAISE(ABORT, 'approved_list has this row already'); END
-- next
CREATE TABLE bank_end ( line BLOB NOT NULL, kind TEXT NOT NULL, why TEXT NOT NULL, reason TEXT NOT NULL, fee_minor INTEGER NOT NULL, ended_by TEXT NOT NULL, ended_at INTEGER NOT NULL,
    PRIMARY KEY (line),
    CONSTRAINT bank_end_kind CHECK (kind IN ('paid', 'aside')),
    CONSTRAINT bank_end_reason CHECK ((kind = 'aside') = (reason <> '')),
    CONSTRAINT bank_end_fee CHECK (fee_minor >= 0) ) WITHOUT ROWID, STRICT
-- next
CREATE TRIGGER bank_end_no_update BEFORE UPDATE ON bank_end BEGIN SELECT RAISE(ABORT, 'bank_end is append-only'); END
-- next
CREATE TRIGGER bank_end_no_delete BEFORE DELETE ON bank_end BEGIN SELECT RAISE(ABORT, 'bank_end is append-only'); END
-- next
CREATE TRIGGER bank_end_no_replace BEFORE INSERT ON bank_end WHEN EXISTS (SELECT 1 FROM bank_end WHERE line = NEW.line) BEGIN SELECT RAISE(ABORT, 'bank_end has this row already'); END
-- next
CREATE TABLE bank_file ( id BLOB NOT NULL, number TEXT NOT NULL, digest BLOB NOT NULL, file TEXT NOT NULL, form TEXT NOT NULL, account TEXT NOT NULL, currency TEXT NOT NULL, line_count INTEGER NOT NULL, out_minor INTEGER NOT NULL, in_minor INTEGER NOT NULL, imported_by TEXT NOT NULL, imported_at INTEGER NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT bank_file_number UNIQUE (number),
    CONSTRAINT bank_file_once UNIQUE (digest),
    CONSTRAINT bank_file_form CHECK (form IN ('csv', 'mt940', 'camt053', '1c')),
    CONSTRAINT bank_file_sums CHECK (line_count >= 0 AND out_minor >= 0 AND in_minor >= 0) ) WITHOUT ROWID, STRICT
-- next
CREATE TRIGGER bank_file_no_update BEFORE UPDATE ON bank_file BEGIN SELECT RAISE(ABORT, 'bank_file is append-only'); END
-- next
CREATE TRIGGER bank_file_no_delete BEFORE DELETE ON bank_file BEGIN SELECT RAISE(ABORT, 'bank_file is append-only'); END
-- next
CREATE TRIGGER bank_file_no_replace BEFORE INSERT ON bank_file WHEN EXISTS (SELECT 1 FROM bank_file WHERE digest = NEW.digest) OR EXISTS (SELECT 1 FROM bank_file WHERE id = NEW.id) OR EXISTS (SELECT 1 FROM bank_file WHERE number = NEW.number) BEGIN SELECT RAISE(ABORT, 'bank_file has this row already'); END
-- next
CREATE TABLE bank_line ( id BLOB NOT NULL, file BLOB NOT NULL, number INTEGER NOT NULL, booked_on TEXT NOT NULL, amount_minor INTEGER NOT NULL, reference TEXT NOT NULL, payee TEXT NOT NULL, payee_number TEXT NOT NULL, purpose TEXT NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT bank_line_number UNIQUE (file, number),
    CONSTRAINT bank_line_amount CHECK (amount_minor > 0 AND number >= 1) ) WITHOUT ROWID, STRICT
-- next
CREATE TRIGGER bank_line_no_update BEFORE UPDATE ON bank_line BEGIN SELECT RAISE(ABORT, 'bank_line is append-only'); END
-- next
CREATE TRIGGER bank_line_no_delete BEFORE DELETE ON bank_line BEGIN SELECT RAISE(ABORT, 'bank_line is append-only'); END
-- next
CREATE TRIGGER bank_line_no_replace BEFORE INSERT ON bank_line WHEN EXISTS (SELECT 1 FROM bank_line WHERE file = NEW.file AND number = NEW.number) OR EXISTS (SELECT 1 FROM bank_line WHERE id = NEW.id) BEGIN SELECT RAISE(ABORT, 'bank_line has this row already'); END
-- next
CREATE TABLE bank_match ( payment BLOB NOT NULL, line BLOB NOT NULL, place INTEGER NOT NULL,
    PRIMARY KEY (payment),
    CONSTRAINT bank_match_place UNIQUE (line, place),
    CONSTRAINT bank_match_place_positive CHECK (place >= 1) ) WITHOUT ROWID, STRICT
-- next
CREATE TRIGGER bank_match_no_update BEFORE UPDATE ON bank_match BEGIN SELECT RAISE(ABORT, 'bank_match is append-only'); END
-- next
CREATE TRIGGER bank_match_no_delete BEFORE DELETE ON bank_match BEGIN SELECT RAISE(ABORT, 'bank_match is append-only'); END
-- next
CREATE TRIGGER bank_match_no_replace BEFORE INSERT ON bank_match WHEN EXISTS (SELECT 1 FROM bank_match WHERE line = NEW.line AND place = NEW.place) OR EXISTS (SELECT 1 FROM bank_match WHERE payment = NEW.payment) BEGIN SELECT RAISE(ABORT, 'bank_match has this row already'); END
-- next
CREATE TABLE batch ( id BLOB NOT NULL, number TEXT NOT NULL, round TEXT NOT NULL, state TEXT NOT NULL, voucher_count INTEGER NOT NULL, amount_minor INTEGER NOT NULL, list_hash BLOB NOT NULL, drafted_hash BLOB NOT NULL, drafted_by TEXT NOT NULL, drafted_at INTEGER NOT NULL, approved_by TEXT, approved_at INTEGER,
    PRIMARY KEY (id),
    CONSTRAINT batch_number UNIQUE (number),
    CONSTRAINT batch_state CHECK (state IN ('draft', 'issuing', 'approved', 'cancelled')),
    CONSTRAINT batch_approval CHECK ((state IN ('issuing', 'approved')) = (approved_by IS NOT NULL)),
    CONSTRAINT batch_amount CHECK (amount_minor > 0 AND voucher_count > 0) ) WITHOUT ROWID, STRICT
-- next
CREATE UNIQUE INDEX batch_issuing ON batch (round) WHERE state = 'issuing'
-- next
CREATE TABLE batch_line ( batch BLOB NOT NULL, line INTEGER NOT NULL, beneficiary TEXT NOT NULL, city TEXT NOT NULL, language TEXT NOT NULL, category TEXT NOT NULL, part INTEGER NOT NULL, amount_minor INTEGER NOT NULL,
    PRIMARY KEY (batch, line),
    CONSTRAINT batch_line_amount CHECK (amount_minor > 0) ) WITHOUT ROWID, STRICT
-- next
CREATE TRIGGER batch_line_no_update BEFORE UPDATE ON batch_line BEGIN SELECT RAISE(ABORT, 'batch_line is append-only'); END
-- next
CREATE TRIGGER batch_line_no_delete BEFORE DELETE ON batch_line BEGIN SELECT RAISE(ABORT, 'batch_line is append-only'); END
-- next
CREATE TRIGGER batch_line_no_replace BEFORE INSERT ON batch_line WHEN EXISTS (SELECT 1 FROM batch_line WHERE batch = NEW.batch AND line = NEW.line) BEGIN SELECT RAISE(ABORT, 'batch_line has this row already'); END
-- next
CREATE TABLE category_terms ( round TEXT NOT NULL, category TEXT NOT NULL, cap_minor INTEGER, round_to_minor INTEGER, denominations TEXT NOT NULL,
    PRIMARY KEY (round, category),
    CONSTRAINT category_terms_amounts CHECK (cap_minor > 0 AND round_to_minor > 0) ) WITHOUT ROWID, STRICT
-- next
CREATE TRIGGER category_terms_no_update BEFORE UPDATE ON category_terms BEGIN SELECT RAISE(ABORT, 'category_terms is append-only'); END
-- next
CREATE TRIGGER category_terms_no_delete BEFORE DELETE ON category_terms BEGIN SELECT RAISE(ABORT, 'category_terms is append-only'); END
-- next
CREATE TRIGGER category_terms_no_replace BEFORE INSERT ON category_terms WHEN EXISTS (SELECT 1 FROM category_terms WHERE round = NEW.round AND category = NEW.category) BEGIN SELECT RAISE(ABORT, 'category_terms has this row already'); END
-- next
CREATE TABLE city ( code TEXT NOT NULL, names TEXT NOT NULL, kato TEXT, iso TEXT, pcode TEXT,
    PRIMARY KEY (code),
    CONSTRAINT city_code CHECK (code <> '' AND code = lower(code)),
    CONSTRAINT city_names CHECK (names LIKE '{%}') ) WITHOUT ROWID, STRICT
-- next
CREATE TABLE city_alias ( city TEXT NOT NULL, name TEXT NOT NULL, language TEXT NOT NULL, valid_from TEXT NOT NULL, valid_until TEXT NOT NULL,
    PRIMARY KEY (city, name, language, valid_from, valid_until),
    CONSTRAINT city_alias_name CHECK (name <> ''),
    CONSTRAINT city_alias_dates CHECK (valid_from = '' OR valid_until = '' OR valid_from <= valid_until) ) WITHOUT ROWID, STRICT
-- next
CREATE TRIGGER city_alias_no_update BEFORE UPDATE ON city_alias BEGIN SELECT RAISE(ABORT, 'city_alias is append-only'); END
-- next
CREATE TRIGGER city_alias_no_delete BEFORE DELETE ON city_alias BEGIN SELECT RAISE(ABORT, 'city_alias is append-only'); END
-- next
CREATE TRIGGER city_alias_no_replace BEFORE INSERT ON city_alias WHEN EXISTS (SELECT 1 FROM city_alias WHERE city = NEW.city AND name = NEW.name AND language = NEW.language AND valid_from = NEW.valid_from AND valid_until = NEW.valid_until) BEGIN SELECT RAISE(ABORT, 'city_alias has this row already'); END
-- next
CREATE TABLE claim ( statement BLOB NOT NULL, voucher BLOB NOT NULL, line INTEGER NOT NULL, names TEXT NOT NULL, shown TEXT NOT NULL, sheet TEXT, file_row INTEGER NOT NULL, date TEXT, store TEXT, receipt TEXT, amount_minor INTEGER NOT NULL, cure BLOB, cure_by TEXT, purchase_minor INTEGER,
    PRIMARY KEY (statement, voucher, line),
    CONSTRAINT claim_line UNIQUE (statement, line),
    CONSTRAINT claim_amount CHECK (amount_minor > 0),
    CONSTRAINT claim_names CHECK (names IN ('voucher', 'unknown', 'mistyped')),
    CONSTRAINT claim_cure CHECK (cure IS NULL OR names <> 'voucher'),
    CONSTRAINT claim_purchase CHECK (purchase_minor IS NULL OR purchase_minor > 0) ) WITHOUT ROWID, STRICT
-- next
CREATE TRIGGER claim_no_update BEFORE UPDATE ON claim BEGIN SELECT RAISE(ABORT, 'claim is append-only'); END
-- next
CREATE TRIGGER claim_no_delete BEFORE DELETE ON claim BEGIN SELECT RAISE(ABORT, 'claim is append-only'); END
-- next
CREATE TRIGGER claim_no_replace BEFORE INSERT ON claim WHEN EXISTS (SELECT 1 FROM claim WHERE statement = NEW.statement AND line = NEW.line) BEGIN SELECT RAISE(ABORT, 'claim has this row already'); END
-- next
CREATE TABLE clock_word ( number INTEGER NOT NULL, kind TEXT NOT NULL, at INTEGER NOT NULL, passed_from INTEGER NOT NULL, passed_until INTEGER NOT NULL,
    PRIMARY KEY (number),
    CONSTRAINT clock_word_kind CHECK (kind IN ('confirm', 'mend')),
    CONSTRAINT clock_word_passed CHECK (0 <= passed_from AND passed_from <= passed_until) ) WITHOUT ROWID, STRICT
-- next
CREATE TRIGGER clock_word_no_update BEFORE UPDATE ON clock_word BEGIN SELECT RAISE(ABORT, 'clock_word is append-only'); END
-- next
CREATE TRIGGER clock_word_no_delete BEFORE DELETE ON clock_word BEGIN SELECT RAISE(ABORT, 'clock_word is append-only'); END
-- next
CREATE TRIGGER clock_word_no_replace BEFORE INSERT ON clock_word WHEN EXISTS (SELECT 1 FROM clock_word WHERE number = NEW.number) BEGIN SELECT RAISE(ABORT, 'clock_word has this row already'); END
-- next
CREATE TABLE column_mapping ( name TEXT NOT NULL, shape TEXT NOT NULL, mapping TEXT NOT NULL, made_by TEXT NOT NULL, made_at INTEGER NOT NULL,
    PRIMARY KEY (name),
    CONSTRAINT column_mapping_name CHECK (name <> ''),
    CONSTRAINT column_mapping_json CHECK (mapping LIKE '{%}') ) WITHOUT ROWID, STRICT
-- next
CREATE INDEX column_mapping_shape ON column_mapping (shape)
-- next
CREATE TABLE complaint ( counted INTEGER NOT NULL, id BLOB NOT NULL, person TEXT NOT NULL, voucher TEXT, kind TEXT NOT NULL, channel TEXT NOT NULL, received_on TEXT NOT NULL, due_on TEXT NOT NULL, sealed BLOB NOT NULL, taken_by TEXT NOT NULL, taken_at INTEGER NOT NULL, outcome TEXT, answered_on TEXT, answer_sealed BLOB, answered_by TEXT, answered_at INTEGER,
    PRIMARY KEY (counted),
    CONSTRAINT complaint_counts CHECK (counted >= 1),
    CONSTRAINT complaint_kind CHECK (kind IN ('not-received', 'amount', 'left-out', 'voucher', 'shop', 'prices', 'staff', 'data', 'other')),
    CONSTRAINT complaint_channel CHECK (channel IN ('hotline', 'desk', 'visit', 'box', 'message', 'shop', 'other')),
    CONSTRAINT complaint_due CHECK (due_on >= received_on),
    CONSTRAINT complaint_outcome CHECK (outcome IN ('solved', 'explained', 'passed-on', 'unfounded')),
    CONSTRAINT complaint_answered_at CHECK ((outcome IS NULL) = (answered_at IS NULL)),
    CONSTRAINT complaint_answered_by CHECK ((outcome IS NULL) = (answered_by IS NULL)),
    CONSTRAINT complaint_answered_on CHECK ((outcome IS NULL) = (answered_on IS NULL)),
    CONSTRAINT complaint_answer CHECK ((outcome IS NULL) = (answer_sealed IS NULL)) ) WITHOUT ROWID, STRICT
-- next
CREATE INDEX complaint_person ON complaint (person)
-- next
CREATE TABLE consent ( person TEXT NOT NULL, seq INTEGER NOT NULL, kind TEXT NOT NULL, version TEXT NOT NULL, language TEXT NOT NULL, way TEXT NOT NULL, date TEXT NOT NULL, witness TEXT NOT NULL, taken_by TEXT NOT NULL, taken_at INTEGER NOT NULL,
    PRIMARY KEY (person, seq),
    CONSTRAINT consent_kind CHECK (kind IN ('given', 'withdrawn')),
    CONSTRAINT consent_way CHECK (way IN ('signature', 'thumbprint', 'spoken')),
    CONSTRAINT consent_counts CHECK (seq >= 1) ) WITHOUT ROWID, STRICT
-- next
CREATE TRIGGER consent_no_update BEFORE UPDATE ON consent BEGIN SELECT RAISE(ABORT, 'consent is append-only'); END
-- next
CREATE TRIGGER consent_no_delete BEFORE DELETE ON consent BEGIN SELECT RAISE(ABORT, 'consent is append-only'); END
-- next
CREATE TRIGGER consent_no_replace BEFORE INSERT ON consent WHEN EXISTS (SELECT 1 FROM consent WHERE person = NEW.person AND seq = NEW.seq) BEGIN SELECT RAISE(ABORT, 'consent has this row already'); END
-- next
CREATE TABLE contract_terms ( retailer TEXT NOT NULL, number INTEGER NOT NULL, currency TEXT NOT NULL, valid_from TEXT NOT NULL, contract TEXT NOT NULL, contract_date TEXT NOT NULL, discount_rate INTEGER NOT NULL, fee_minor INTEGER NOT NULL, days INTEGER, made_by TEXT NOT NULL, made_at INTEGER NOT NULL,
    PRIMARY KEY (retailer, number),
    CONSTRAINT contract_terms_number CHECK (number >= 1 AND contract <> ''),
    CONSTRAINT contract_terms_discount CHECK (discount_rate >= 0 AND discount_rate < 100000),
    CONSTRAINT contract_terms_fee CHECK (fee_minor >= 0),
    CONSTRAINT contract_terms_days CHECK (days IS NULL OR days BETWEEN 0 AND 3650),
    CONSTRAINT contract_terms_dates CHECK (contract_date <= valid_from) ) WITHOUT ROWID, STRICT
-- next
CREATE TRIGGER contract_terms_no_update BEFORE UPDATE ON contract_terms BEGIN SELECT RAISE(ABORT, 'contract_terms is append-only'); END
-- next
CREATE TRIGGER contract_terms_no_delete BEFORE DELETE ON contract_terms BEGIN SELECT RAISE(ABORT, 'contract_terms is append-only'); END
-- next
CREATE TRIGGER contract_terms_no_replace BEFORE INSERT ON contract_terms WHEN EXISTS (SELECT 1 FROM contract_terms WHERE retailer = NEW.retailer AND number = NEW.number) BEGIN SELECT RAISE(ABORT, 'contract_terms has this row already'); END
-- next
CREATE TABLE country_profile ( number INTEGER NOT NULL, country TEXT NOT NULL, content TEXT NOT NULL,
    PRIMARY KEY (number),
    CONSTRAINT one_country_profile CHECK (number = 1),
    CONSTRAINT country_profile_country CHECK (length(country) = 2),
    CONSTRAINT country_profile_content CHECK (content LIKE '{%}') ) WITHOUT ROWID, STRICT
-- next
CREATE TRIGGER country_profile_no_update BEFORE UPDATE ON country_profile BEGIN SELECT RAISE(ABORT, 'country_profile is append-only'); END
-- next
CREATE TRIGGER country_profile_no_delete BEFORE DELETE ON country_profile BEGIN SELECT RAISE(ABORT, 'country_profile is append-only'); END
-- next
CREATE TRIGGER country_profile_no_replace BEFORE INSERT ON country_profile WHEN EXISTS (SELECT 1 FROM country_profile WHERE number = NEW.number) BEGIN SELECT RAISE(ABORT, 'country_profile has this row already'); END
-- next
CREATE TABLE decision ( id BLOB NOT NULL, exception BLOB NOT NULL, verdict TEXT NOT NULL, reason TEXT NOT NULL, decided_by TEXT NOT NULL, decided_at INTEGER NOT NULL, amount_minor INTEGER, hash BLOB NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT decision_verdict CHECK (verdict IN ('accept', 'reject', 'waive', 'ask', 'later')),
    CONSTRAINT decision_part CHECK (amount_minor IS NULL OR (verdict = 'accept' AND amount_minor > 0)),
    CONSTRAINT decision_reason CHECK (reason <> '') ) WITHOUT ROWID, STRICT
-- next
CREATE INDEX decision_exception ON decision (exception)
-- next
CREATE TRIGGER decision_no_update BEFORE UPDATE ON decision BEGIN SELECT RAISE(ABORT, 'decision is append-only'); END
-- next
CREATE TRIGGER decision_no_delete BEFORE DELETE ON decision BEGIN SELECT RAISE(ABORT, 'decision is append-only'); END
-- next
CREATE TRIGGER decision_no_replace BEFORE INSERT ON decision WHEN EXISTS (SELECT 1 FROM decision WHERE id = NEW.id) BEGIN SELECT RAISE(ABORT, 'decision has this row already'); END
-- next
CREATE TABLE distribution ( id BLOB NOT NULL, number TEXT NOT NULL, round TEXT NOT NULL, place TEXT NOT NULL, distributor TEXT NOT NULL, day TEXT NOT NULL, state TEXT NOT NULL, opened_by TEXT NOT NULL, opened_at INTEGER NOT NULL, closed_by TEXT, closed_at INTEGER, missing_reason TEXT,
    PRIMARY KEY (id),
    CONSTRAINT distribution_number UNIQUE (number),
    CONSTRAINT distribution_state CHECK (state IN ('open', 'closed')),
    CONSTRAINT distribution_closing CHECK ((state = 'closed') = (closed_by IS NOT NULL)) ) WITHOUT ROWID, STRICT
-- next
CREATE TABLE distribution_outcome ( distribution BLOB NOT NULL, voucher BLOB NOT NULL, outcome TEXT NOT NULL,
    PRIMARY KEY (distribution, voucher),
    CONSTRAINT distribution_outcome_word CHECK (outcome IN ('given', 'returned', 'damaged', 'missing')) ) WITHOUT ROWID, STRICT
-- next
CREATE TRIGGER distribution_outcome_no_update BEFORE UPDATE ON distribution_outcome BEGIN SELECT RAISE(ABORT, 'distribution_outcome is append-only'); END
-- next
CREATE TRIGGER distribution_outcome_no_delete BEFORE DELETE ON distribution_outcome BEGIN SELECT RAISE(ABORT, 'distribution_outcome is append-only'); END
-- next
CREATE TRIGGER distribution_outcome_no_replace BEFORE INSERT ON distribution_outcome WHEN EXISTS (SELECT 1 FROM distribution_outcome WHERE distribution = NEW.distribution AND voucher = NEW.voucher) BEGIN SELECT RAISE(ABORT, 'distribution_outcome has this row already'); END
-- next
CREATE TABLE distribution_taken ( distribution BLOB NOT NULL, voucher BLOB NOT NULL,
    PRIMARY KEY (distribution, voucher) ) WITHOUT ROWID, STRICT
-- next
CREATE INDEX distribution_taken_voucher ON distribution_taken (voucher)
-- next
CREATE TRIGGER distribution_taken_no_update BEFORE UPDATE ON distribution_taken BEGIN SELECT RAISE(ABORT, 'distribution_taken is append-only'); END
-- next
CREATE TRIGGER distribution_taken_no_delete BEFORE DELETE ON distribution_taken BEGIN SELECT RAISE(ABORT, 'distribution_taken is append-only'); END
-- next
CREATE TRIGGER distribution_taken_no_replace BEFORE INSERT ON distribution_taken WHEN EXISTS (SELECT 1 FROM distribution_taken WHERE distribution = NEW.distribution AND voucher = NEW.voucher) BEGIN SELECT RAISE(ABORT, 'distribution_taken has this row already'); END
-- next
CREATE TABLE document ( id BLOB NOT NULL, number TEXT NOT NULL, about TEXT NOT NULL, object TEXT NOT NULL, kind TEXT NOT NULL, name_sealed BLOB NOT NULL, size_bytes INTEGER NOT NULL, parts INTEGER NOT NULL, file_digest BLOB NOT NULL, digest BLOB NOT NULL, added_by TEXT NOT NULL, added_at INTEGER NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT document_number UNIQUE (number),
    CONSTRAINT document_about CHECK (about IN ('person', 'batch', 'distribution', 'statement', 'settlement', 'bank', 'retailer')),
    CONSTRAINT document_kind CHECK (kind IN ('signed-list', 'statement', 'items', 'bank-slip', 'act', 'contract', 'consent', 'other')),
    CONSTRAINT document_size CHECK (size_bytes > 0 AND parts > 0) ) WITHOUT ROWID, STRICT
-- next
CREATE INDEX document_object ON document (object)
-- next
CREATE TRIGGER document_no_update BEFORE UPDATE ON document BEGIN SELECT RAISE(ABORT, 'document is append-only'); END
-- next
CREATE TRIGGER document_no_delete BEFORE DELETE ON document BEGIN SELECT RAISE(ABORT, 'document is append-only'); END
-- next
CREATE TRIGGER document_no_replace BEFORE INSERT ON document WHEN EXISTS (SELECT 1 FROM document WHERE id = NEW.id) OR EXISTS (SELECT 1 FROM document WHERE number = NEW.number) BEGIN SELECT RAISE(ABORT, 'document has this row already'); END
-- next
CREATE TABLE document_part ( document BLOB NOT NULL, number INTEGER NOT NULL, content BLOB NOT NULL,
    PRIMARY KEY (document, number),
    CONSTRAINT document_part_number CHECK (number >= 1) ) WITHOUT ROWID, STRICT
-- next
CREATE TRIGGER document_part_no_update BEFORE UPDATE ON document_part BEGIN SELECT RAISE(ABORT, 'document_part is append-only'); END
-- next
CREATE TRIGGER document_part_no_delete BEFORE DELETE ON document_part BEGIN SELECT RAISE(ABORT, 'document_part is append-only'); END
-- next
CREATE TRIGGER document_part_no_replace BEFORE INSERT ON document_part WHEN EXISTS (SELECT 1 FROM document_part WHERE document = NEW.document AND number = NEW.number) BEGIN SELECT RAISE(ABORT, 'document_part has this row already'); END
-- next
CREATE TABLE donor_grant ( code TEXT NOT NULL, donor TEXT NOT NULL, programme TEXT NOT NULL, currency TEXT NOT NULL, budget_minor INTEGER NOT NULL, valid_from TEXT NOT NULL, valid_until TEXT NOT NULL, made_by TEXT NOT NULL, made_at INTEGER NOT NULL,
    PRIMARY KEY (code),
    CONSTRAINT donor_grant_code CHECK (code <> '' AND donor <> ''),
    CONSTRAINT donor_grant_budget CHECK (budget_minor > 0),
    CONSTRAINT donor_grant_dates CHECK (valid_from <= valid_until) ) WITHOUT ROWID, STRICT
-- next
CREATE TRIGGER donor_grant_no_update BEFORE UPDATE ON donor_grant BEGIN SELECT RAISE(ABORT, 'donor_grant is append-only'); END
-- next
CREATE TRIGGER donor_grant_no_delete BEFORE DELETE ON donor_grant BEGIN SELECT RAISE(ABORT, 'donor_grant is append-only'); END
-- next
CREATE TRIGGER donor_grant_no_replace BEFORE INSERT ON donor_grant WHEN EXISTS (SELECT 1 FROM donor_grant WHERE code = NEW.code) BEGIN SELECT RAISE(ABORT, 'donor_grant has this row already'); END
-- next
CREATE TABLE duplicate_decision ( first TEXT NOT NULL, second TEXT NOT NULL, seq INTEGER NOT NULL, decision TEXT NOT NULL, keeps TEXT, goes TEXT, head_moved INTEGER NOT NULL, home TEXT, home_size INTEGER, home_left INTEGER, home_headed INTEGER NOT NULL, reason_sealed BLOB NOT NULL, decided_by TEXT NOT NULL, decided_at INTEGER NOT NULL,
    PRIMARY KEY (first, second, seq),
    CONSTRAINT duplicate_decision_counts CHECK (seq >= 1),
    CONSTRAINT duplicate_decision_word CHECK (decision IN ('same', 'different', 'later', 'undo')),
    CONSTRAINT duplicate_decision_keeps CHECK ((keeps IS NULL) = (goes IS NULL)),
    CONSTRAINT duplicate_decision_goes CHECK (goes <> keeps),
    CONSTRAINT duplicate_decision_head CHECK (head_moved IN (0, 1) AND home_headed IN (0, 1)),
    CONSTRAINT duplicate_decision_home CHECK ((home IS NULL) = (goes IS NULL)),
    CONSTRAINT duplicate_decision_size CHECK ((home_size IS NULL) = (home IS NULL)),
    CONSTRAINT duplicate_decision_left CHECK ((home_left IS NULL) = (home IS NULL)) ) WITHOUT ROWID, STRICT
-- next
CREATE TRIGGER duplicate_decision_no_update BEFORE UPDATE ON duplicate_decision BEGIN SELECT RAISE(ABORT, 'duplicate_decision is append-only'); END
-- next
CREATE TRIGGER duplicate_decision_no_delete BEFORE DELETE ON duplicate_decision BEGIN SELECT RAISE(ABORT, 'duplicate_decision is append-only'); END
-- next
CREATE TRIGGER duplicate_decision_no_replace BEFORE INSERT ON duplicate_decision WHEN EXISTS (SELECT 1 FROM duplicate_decision WHERE first = NEW.first AND second = NEW.second AND seq = NEW.seq) BEGIN SELECT RAISE(ABORT, 'duplicate_decision has this row already'); END
-- next
CREATE TABLE duplicate_pair ( first TEXT NOT NULL, second TEXT NOT NULL, state TEXT NOT NULL, strength TEXT NOT NULL, evidence TEXT NOT NULL, found_at INTEGER NOT NULL, decided_by TEXT, decided_at INTEGER,
    PRIMARY KEY (first, second),
    CONSTRAINT duplicate_pair_order CHECK (first < second),
    CONSTRAINT duplicate_pair_state CHECK (state IN ('open', 'later', 'same', 'different')),
    CONSTRAINT duplicate_pair_strength CHECK (strength IN ('certain', 'likely', 'possible')),
    CONSTRAINT duplicate_pair_decided CHECK ((decided_by IS NULL) = (decided_at IS NULL)),
    CONSTRAINT duplicate_pair_open CHECK ((state = 'open') = (decided_by IS NULL)) ) WITHOUT ROWID, STRICT
-- next
CREATE INDEX duplicate_pair_second ON duplicate_pair (second)
-- next
CREATE INDEX duplicate_pair_state_at ON duplicate_pair (state, strength)
-- next
CREATE TABLE entitlement ( round TEXT NOT NULL, line INTEGER NOT NULL, category TEXT NOT NULL, amount_minor INTEGER NOT NULL, per TEXT NOT NULL, size_from INTEGER, size_to INTEGER, age_from INTEGER, age_to INTEGER, flag TEXT,
    PRIMARY KEY (round, line),
    CONSTRAINT entitlement_amount CHECK (amount_minor > 0),
    CONSTRAINT entitlement_per CHECK (per IN ('person', 'household', 'member')),
    CONSTRAINT entitlement_sizes CHECK (size_from IS NULL OR size_to IS NULL OR size_from <= size_to),
    CONSTRAINT entitlement_ages CHECK (age_from IS NULL OR age_to IS NULL OR age_from <= age_to) ) WITHOUT ROWID, STRICT
-- next
CREATE TRIGGER entitlement_no_update BEFORE UPDATE ON entitlement BEGIN SELECT RAISE(ABORT, 'entitlement is append-only'); END
-- next
CREATE TRIGGER entitlement_no_delete BEFORE DELETE ON entitlement BEGIN SELECT RAISE(ABORT, 'entitlement is append-only'); END
-- next
CREATE TRIGGER entitlement_no_replace BEFORE INSERT ON entitlement WHEN EXISTS (SELECT 1 FROM entitlement WHERE round = NEW.round AND line = NEW.line) BEGIN SELECT RAISE(ABORT, 'entitlement has this row already'); END
-- next
CREATE TABLE entry ( voucher BLOB NOT NULL, seq INTEGER NOT NULL, id BLOB NOT NULL, kind TEXT NOT NULL, amount_minor INTEGER NOT NULL, debit TEXT, credit TEXT, store TEXT, receipt TEXT, receipt_total_minor INTEGER, receipt_key BLOB, reverses BLOB, successor BLOB, valid_until TEXT, reason TEXT, operator TEXT NOT NULL, request_id BLOB, occurred_at INTEGER NOT NULL, recorded_at INTEGER NOT NULL, code_way TEXT, hash BLOB NOT NULL, vouched_by TEXT NOT NULL, mac BLOB NOT NULL,
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
    CONSTRAINT entry_reason CHECK ((kind IN ('issue', 'redeem', 'hand-over', 'expire') OR reason IS NOT NULL)) ) WITHOUT ROWID, STRICT
-- next
CREATE TRIGGER entry_no_update BEFORE UPDATE ON entry BEGIN SELECT RAISE(ABORT, 'entry is append-only'); END
-- next
CREATE TRIGGER entry_no_delete BEFORE DELETE ON entry BEGIN SELECT RAISE(ABORT, 'entry is append-only'); END
-- next
CREATE TRIGGER entry_no_replace BEFORE INSERT ON entry WHEN EXISTS (SELECT 1 FROM entry WHERE id = NEW.id) OR EXISTS (SELECT 1 FROM entry WHERE receipt_key = NEW.receipt_key) OR EXISTS (SELECT 1 FROM entry WHERE request_id = NEW.request_id) OR EXISTS (SELECT 1 FROM entry WHERE reverses = NEW.reverses) OR EXISTS (SELECT 1 FROM entry WHERE voucher = NEW.voucher AND seq = NEW.seq) BEGIN SELECT RAISE(ABORT, 'entry has this row already'); END
-- next
CREATE TABLE erasure ( person TEXT NOT NULL, reason TEXT NOT NULL, erased_by TEXT NOT NULL, erased_at INTEGER NOT NULL,
    PRIMARY KEY (person) ) WITHOUT ROWID, STRICT
-- next
CREATE TRIGGER erasure_no_update BEFORE UPDATE ON erasure BEGIN SELECT RAISE(ABORT, 'erasure is append-only'); END
-- next
CREATE TRIGGER erasure_no_delete BEFORE DELETE ON erasure BEGIN SELECT RAISE(ABORT, 'erasure is append-only'); END
-- next
CREATE TRIGGER erasure_no_replace BEFORE INSERT ON erasure WHEN EXISTS (SELECT 1 FROM erasure WHERE person = NEW.person) BEGIN SELECT RAISE(ABORT, 'erasure has this row already'); END
-- next
CREATE TABLE exception ( id BLOB NOT NULL, statement BLOB NOT NULL, subject TEXT NOT NULL, line INTEGER, entry BLOB, serial TEXT, rule TEXT NOT NULL, severity TEXT NOT NULL, claimed_minor INTEGER NOT NULL, redeemed_minor INTEGER NOT NULL, at_risk_minor INTEGER NOT NULL, detail TEXT NOT NULL, found_at INTEGER NOT NULL, current INTEGER NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT exception_severity CHECK (severity IN ('high', 'medium', 'low')),
    CONSTRAINT exception_amounts CHECK (claimed_minor >= 0 AND at_risk_minor >= 0),
    CONSTRAINT exception_current CHECK (current IN (0, 1)) ) WITHOUT ROWID, STRICT
-- next
CREATE INDEX exception_statement ON exception (statement)
-- next
CREATE TABLE exception_turn ( exception BLOB NOT NULL, seq INTEGER NOT NULL, current INTEGER NOT NULL, at INTEGER NOT NULL,
    PRIMARY KEY (exception, seq),
    CONSTRAINT exception_turn_seq CHECK (seq >= 1),
    CONSTRAINT exception_turn_current CHECK (current IN (0, 1)) ) WITHOUT ROWID, STRICT
-- next
CREATE TRIGGER exception_turn_no_update BEFORE UPDATE ON exception_turn BEGIN SELECT RAISE(ABORT, 'exception_turn is append-only'); END
-- next
CREATE TRIGGER exception_turn_no_delete BEFORE DELETE ON exception_turn BEGIN SELECT RAISE(ABORT, 'exception_turn is append-only'); END
-- next
CREATE TRIGGER exception_turn_no_replace BEFORE INSERT ON exception_turn WHEN EXISTS (SELECT 1 FROM exception_turn WHERE exception = NEW.exception AND seq = NEW.seq) BEGIN SELECT RAISE(ABORT, 'exception_turn has this row already'); END
-- next
CREATE TABLE extension ( id BLOB NOT NULL, number TEXT NOT NULL, scope TEXT NOT NULL, object TEXT NOT NULL, until TEXT NOT NULL, reason TEXT NOT NULL, state TEXT NOT NULL, asked_by TEXT NOT NULL, asked_at INTEGER NOT NULL, decided_by TEXT, decided_at INTEGER, decision_reason TEXT,
    PRIMARY KEY (id),
    CONSTRAINT extension_number UNIQUE (number),
    CONSTRAINT extension_scope CHECK (scope IN ('voucher', 'batch', 'round')),
    CONSTRAINT extension_state CHECK (state IN ('asked', 'approved', 'refused')),
    CONSTRAINT extension_decision CHECK ((state = 'asked') = (decided_by IS NULL)) ) WITHOUT ROWID, STRICT
-- next
CREATE TABLE field_bundle ( laptop TEXT NOT NULL, number INTEGER NOT NULL, cities TEXT NOT NULL, vouchers INTEGER NOT NULL, sent_by TEXT NOT NULL, sent_at INTEGER NOT NULL, digest BLOB NOT NULL,
    PRIMARY KEY (laptop, number),
    CONSTRAINT field_bundle_number CHECK (number > 0) ) WITHOUT ROWID, STRICT
-- next
CREATE TRIGGER field_bundle_no_update BEFORE UPDATE ON field_bundle BEGIN SELECT RAISE(ABORT, 'field_bundle is append-only'); END
-- next
CREATE TRIGGER field_bundle_no_delete BEFORE DELETE ON field_bundle BEGIN SELECT RAISE(ABORT, 'field_bundle is append-only'); END
-- next
CREATE TRIGGER field_bundle_no_replace BEFORE INSERT ON field_bundle WHEN EXISTS (SELECT 1 FROM field_bundle WHERE laptop = NEW.laptop AND number = NEW.number) BEGIN SELECT RAISE(ABORT, 'field_bundle has this row already'); END
-- next
CREATE TABLE field_decision ( event BLOB NOT NULL, decided_by TEXT NOT NULL, decided_at INTEGER NOT NULL, reason TEXT NOT NULL,
    PRIMARY KEY (event) ) WITHOUT ROWID, STRICT
-- next
CREATE TRIGGER field_decision_no_update BEFORE UPDATE ON field_decision BEGIN SELECT RAISE(ABORT, 'field_decision is append-only'); END
-- next
CREATE TRIGGER field_decision_no_delete BEFORE DELETE ON field_decision BEGIN SELECT RAISE(ABORT, 'field_decision is append-only'); END
-- next
CREATE TRIGGER field_decision_no_replace BEFORE INSERT ON field_decision WHEN EXISTS (SELECT 1 FROM field_decision WHERE event = NEW.event) BEGIN SELECT RAISE(ABORT, 'field_decision has this row already'); END
-- next
CREATE TABLE field_event ( digest BLOB NOT NULL, laptop TEXT NOT NULL, seq INTEGER NOT NULL, prev BLOB NOT NULL, bundle INTEGER NOT NULL, kind TEXT NOT NULL, serial TEXT NOT NULL, acknowledged TEXT, said_at INTEGER NOT NULL, signature BLOB NOT NULL, taken_by TEXT NOT NULL, taken_at INTEGER NOT NULL, outcome TEXT NOT NULL, reason TEXT, hand_over BLOB,
    PRIMARY KEY (digest),
    CONSTRAINT field_event_hand_over UNIQUE (hand_over),
    CONSTRAINT field_event_digest CHECK (length(digest) = 32 AND length(prev) = 32),
    CONSTRAINT field_event_seq CHECK (seq > 0),
    CONSTRAINT field_event_outcome CHECK (outcome IN ('posted', 'undone', 'noted', 'conflict')),
    CONSTRAINT field_event_posted CHECK ((outcome = 'posted') = (hand_over IS NOT NULL)),
    CONSTRAINT field_event_reason CHECK ((outcome = 'conflict') = (reason IS NOT NULL)),
    CONSTRAINT field_event_way CHECK ((kind = 'hand-over') = (acknowledged IS NOT NULL)) ) WITHOUT ROWID, STRICT
-- next
CREATE INDEX field_event_laptop ON field_event (laptop, seq)
-- next
CREATE INDEX field_event_serial ON field_event (serial)
-- next
CREATE TRIGGER field_event_no_update BEFORE UPDATE ON field_event BEGIN SELECT RAISE(ABORT, 'field_event is append-only'); END
-- next
CREATE TRIGGER field_event_no_delete BEFORE DELETE ON field_event BEGIN SELECT RAISE(ABORT, 'field_event is append-only'); END
-- next
CREATE TRIGGER field_event_no_replace BEFORE INSERT ON field_event WHEN EXISTS (SELECT 1 FROM field_event WHERE digest = NEW.digest) OR EXISTS (SELECT 1 FROM field_event WHERE hand_over = NEW.hand_over) BEGIN SELECT RAISE(ABORT, 'field_event has this row already'); END
-- next
CREATE TABLE field_laptop ( name TEXT NOT NULL, holder TEXT NOT NULL, sign_key BLOB NOT NULL, seal_key BLOB NOT NULL, paired_by TEXT NOT NULL, paired_at INTEGER NOT NULL, sent INTEGER NOT NULL, taken INTEGER NOT NULL, head BLOB NOT NULL, recalled_by TEXT, recalled_at INTEGER, recall_reason TEXT,
    PRIMARY KEY (name),
    CONSTRAINT field_laptop_sign_key UNIQUE (sign_key),
    CONSTRAINT field_laptop_sent CHECK (sent >= 0),
    CONSTRAINT field_laptop_taken CHECK (taken >= 0),
    CONSTRAINT field_laptop_head CHECK (length(head) = 32),
    CONSTRAINT field_laptop_recall CHECK ((recalled_at IS NULL) = (recalled_by IS NULL) AND (recalled_at IS NULL) = (recall_reason IS NULL)) ) WITHOUT ROWID, STRICT
-- next
CREATE TABLE flag_decision ( id BLOB NOT NULL, flag BLOB NOT NULL, kind TEXT NOT NULL, subject TEXT NOT NULL, verdict TEXT NOT NULL, reason TEXT NOT NULL, decided_by TEXT NOT NULL, decided_at INTEGER NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT flag_decision_verdict CHECK (verdict IN ('explained', 'follow-up', 'referred')),
    CONSTRAINT flag_decision_reason CHECK (reason <> '') ) WITHOUT ROWID, STRICT
-- next
CREATE INDEX flag_decision_flag ON flag_decision (flag)
-- next
CREATE TRIGGER flag_decision_no_update BEFORE UPDATE ON flag_decision BEGIN SELECT RAISE(ABORT, 'flag_decision is append-only'); END
-- next
CREATE TRIGGER flag_decision_no_delete BEFORE DELETE ON flag_decision BEGIN SELECT RAISE(ABORT, 'flag_decision is append-only'); END
-- next
CREATE TRIGGER flag_decision_no_replace BEFORE INSERT ON flag_decision WHEN EXISTS (SELECT 1 FROM flag_decision WHERE id = NEW.id) BEGIN SELECT RAISE(ABORT, 'flag_decision has this row already'); END
-- next
CREATE TABLE grant_rate ( currency TEXT NOT NULL, other TEXT NOT NULL, month TEXT NOT NULL, millionths INTEGER NOT NULL, source TEXT NOT NULL, made_by TEXT NOT NULL, made_at INTEGER NOT NULL,
    PRIMARY KEY (currency, other, month),
    CONSTRAINT grant_rate_positive CHECK (millionths > 0),
    CONSTRAINT grant_rate_source CHECK (source <> '' AND currency <> other) ) WITHOUT ROWID, STRICT
-- next
CREATE TRIGGER grant_rate_no_update BEFORE UPDATE ON grant_rate BEGIN SELECT RAISE(ABORT, 'grant_rate is append-only'); END
-- next
CREATE TRIGGER grant_rate_no_delete BEFORE DELETE ON grant_rate BEGIN SELECT RAISE(ABORT, 'grant_rate is append-only'); END
-- next
CREATE TRIGGER grant_rate_no_replace BEFORE INSERT ON grant_rate WHEN EXISTS (SELECT 1 FROM grant_rate WHERE currency = NEW.currency AND other = NEW.other AND month = NEW.month) BEGIN SELECT RAISE(ABORT, 'grant_rate has this row already'); END
-- next
CREATE TABLE guess ( id BLOB NOT NULL, operator TEXT NOT NULL, store TEXT NOT NULL, at INTEGER NOT NULL,
    PRIMARY KEY (id) ) WITHOUT ROWID, STRICT
-- next
CREATE INDEX guess_at ON guess (at)
-- next
CREATE TRIGGER guess_no_update BEFORE UPDATE ON guess BEGIN SELECT RAISE(ABORT, 'guess is append-only'); END
-- next
CREATE TRIGGER guess_no_delete BEFORE DELETE ON guess BEGIN SELECT RAISE(ABORT, 'guess is append-only'); END
-- next
CREATE TRIGGER guess_no_replace BEFORE INSERT ON guess WHEN EXISTS (SELECT 1 FROM guess WHERE id = NEW.id) BEGIN SELECT RAISE(ABORT, 'guess has this row already'); END
-- next
CREATE TABLE hand_over ( id BLOB NOT NULL, voucher BLOB NOT NULL, given_by TEXT NOT NULL, witness TEXT, acknowledged TEXT NOT NULL, given_at INTEGER NOT NULL, list_hash BLOB, despite TEXT,
    PRIMARY KEY (id),
    CONSTRAINT hand_over_acknowledged CHECK (acknowledged IN ('signature', 'thumbprint', 'proxy', 'digital')),
    CONSTRAINT hand_over_witness CHECK (witness IS NULL OR witness <> given_by),
    CONSTRAINT hand_over_despite CHECK (despite IS NULL OR witness IS NOT NULL) ) WITHOUT ROWID, STRICT
-- next
CREATE INDEX hand_over_voucher ON hand_over (voucher)
-- next
CREATE TRIGGER hand_over_no_update BEFORE UPDATE ON hand_over BEGIN SELECT RAISE(ABORT, 'hand_over is append-only'); END
-- next
CREATE TRIGGER hand_over_no_delete BEFORE DELETE ON hand_over BEGIN SELECT RAISE(ABORT, 'hand_over is append-only'); END
-- next
CREATE TRIGGER hand_over_no_replace BEFORE INSERT ON hand_over WHEN EXISTS (SELECT 1 FROM hand_over WHERE id = NEW.id) BEGIN SELECT RAISE(ABORT, 'hand_over has this row already'); END
-- next
CREATE TABLE held_change ( id BLOB NOT NULL, person TEXT NOT NULL, home TEXT NOT NULL, kind TEXT NOT NULL, was TEXT NOT NULL, became TEXT NOT NULL, version INTEGER, sealed BLOB, date TEXT NOT NULL, reason_sealed BLOB NOT NULL, asked_by TEXT NOT NULL, asked_at INTEGER NOT NULL, decided_by TEXT, decided_at INTEGER, outcome TEXT,
    PRIMARY KEY (id),
    CONSTRAINT held_change_kind CHECK (kind IN ('record', 'sex', 'size', 'flags')),
    CONSTRAINT held_change_record CHECK ((kind = 'record') = (sealed IS NOT NULL)),
    CONSTRAINT held_change_version CHECK ((kind = 'record') = (version IS NOT NULL)),
    CONSTRAINT held_change_home CHECK ((kind = 'size') = (home <> '')),
    CONSTRAINT held_change_outcome CHECK (outcome IN ('approved', 'refused', 'replaced')),
    CONSTRAINT held_change_decided CHECK ((outcome IS NULL) = (decided_by IS NULL)),
    CONSTRAINT held_change_decided_at CHECK ((outcome IS NULL) = (decided_at IS NULL)) ) WITHOUT ROWID, STRICT
-- next
CREATE INDEX held_change_person ON held_change (person)
-- next
CREATE TABLE household ( number TEXT NOT NULL, head TEXT, size INTEGER NOT NULL, point TEXT, made_at INTEGER NOT NULL,
    PRIMARY KEY (number),
    CONSTRAINT household_size CHECK (size BETWEEN 1 AND 99) ) WITHOUT ROWID, STRICT
-- next
CREATE TABLE household_aid ( round TEXT NOT NULL, household TEXT NOT NULL, category TEXT NOT NULL, beneficiary TEXT NOT NULL, batch BLOB NOT NULL, amount_minor INTEGER NOT NULL, people INTEGER NOT NULL, split_from TEXT,
    PRIMARY KEY (round, household, category),
    CONSTRAINT household_aid_amount CHECK (amount_minor > 0),
    CONSTRAINT household_aid_people CHECK (people BETWEEN 0 AND 99) ) WITHOUT ROWID, STRICT
-- next
CREATE TRIGGER household_aid_no_update BEFORE UPDATE ON household_aid BEGIN SELECT RAISE(ABORT, 'household_aid is append-only'); END
-- next
CREATE TRIGGER household_aid_no_delete BEFORE DELETE ON household_aid BEGIN SELECT RAISE(ABORT, 'household_aid is append-only'); END
-- next
CREATE TRIGGER household_aid_no_replace BEFORE INSERT ON household_aid WHEN EXISTS (SELECT 1 FROM household_aid WHERE round = NEW.round AND household = NEW.household AND category = NEW.category) BEGIN SELECT RAISE(ABORT, 'household_aid has this row already'); END
-- next
CREATE TABLE import_row ( run BLOB NOT NULL, place INTEGER NOT NULL, sheet TEXT NOT NULL, "row" INTEGER NOT NULL, fate TEXT NOT NULL, person TEXT, reason TEXT NOT NULL,
    PRIMARY KEY (run, place),
    CONSTRAINT import_row_place CHECK (place > 0 AND row > 0),
    CONSTRAINT import_row_fate CHECK (fate IN ('enrolled', 'known', 'repeated', 'back', 'passed', 'refused')) ) WITHOUT ROWID, STRICT
-- next
CREATE TRIGGER import_row_no_update BEFORE UPDATE ON import_row BEGIN SELECT RAISE(ABORT, 'import_row is append-only'); END
-- next
CREATE TRIGGER import_row_no_delete BEFORE DELETE ON import_row BEGIN SELECT RAISE(ABORT, 'import_row is append-only'); END
-- next
CREATE TRIGGER import_row_no_replace BEFORE INSERT ON import_row WHEN EXISTS (SELECT 1 FROM import_row WHERE run = NEW.run AND place = NEW.place) BEGIN SELECT RAISE(ABORT, 'import_row has this row already'); END
-- next
CREATE TABLE import_run ( id BLOB NOT NULL, digest TEXT NOT NULL, sheet TEXT NOT NULL, list_hash TEXT NOT NULL, list_ref TEXT NOT NULL, mapping TEXT NOT NULL, row_count INTEGER NOT NULL, enrolled_count INTEGER NOT NULL, known_count INTEGER NOT NULL, rejected_count INTEGER NOT NULL, imported_by TEXT NOT NULL, imported_at INTEGER NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT import_run_digest CHECK (length(digest) = 64),
    CONSTRAINT import_run_counts CHECK (row_count >= 0 AND enrolled_count >= 0 AND known_count >= 0 AND rejected_count BETWEEN 0 AND row_count) ) WITHOUT ROWID, STRICT
-- next
CREATE INDEX import_run_digest_index ON import_run (digest)
-- next
CREATE INDEX import_run_list_index ON import_run (list_hash)
-- next
CREATE TRIGGER import_run_no_update BEFORE UPDATE ON import_run BEGIN SELECT RAISE(ABORT, 'import_run is append-only'); END
-- next
CREATE TRIGGER import_run_no_delete BEFORE DELETE ON import_run BEGIN SELECT RAISE(ABORT, 'import_run is append-only'); END
-- next
CREATE TRIGGER import_run_no_replace BEFORE INSERT ON import_run WHEN EXISTS (SELECT 1 FROM import_run WHERE id = NEW.id) BEGIN SELECT RAISE(ABORT, 'import_run has this row already'); END
-- next
CREATE TABLE late_sale ( id BLOB NOT NULL, number TEXT NOT NULL, request BLOB NOT NULL, voucher BLOB NOT NULL, store TEXT NOT NULL, receipt TEXT NOT NULL, receipt_total_minor INTEGER, amount_minor INTEGER NOT NULL, occurred_at INTEGER NOT NULL, why TEXT NOT NULL, brought_by TEXT NOT NULL, brought_at INTEGER NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT late_sale_number UNIQUE (number),
    CONSTRAINT late_sale_once UNIQUE (request),
    CONSTRAINT late_sale_amount CHECK (amount_minor > 0),
    CONSTRAINT late_sale_why CHECK (why IN ('late', 'expired')),
    CONSTRAINT late_sale_after CHECK (brought_at >= occurred_at) ) WITHOUT ROWID, STRICT
-- next
CREATE INDEX late_sale_voucher ON late_sale (voucher)
-- next
CREATE TRIGGER late_sale_no_update BEFORE UPDATE ON late_sale BEGIN SELECT RAISE(ABORT, 'late_sale is append-only'); END
-- next
CREATE TRIGGER late_sale_no_delete BEFORE DELETE ON late_sale BEGIN SELECT RAISE(ABORT, 'late_sale is append-only'); END
-- next
CREATE TRIGGER late_sale_no_replace BEFORE INSERT ON late_sale WHEN EXISTS (SELECT 1 FROM late_sale WHERE id = NEW.id) OR EXISTS (SELECT 1 FROM late_sale WHERE number = NEW.number) OR EXISTS (SELECT 1 FROM late_sale WHERE request = NEW.request) BEGIN SELECT RAISE(ABORT, 'late_sale has this row already'); END
-- next
CREATE TABLE late_verdict ( sale BLOB NOT NULL, verdict TEXT NOT NULL, entry BLOB, reason TEXT, decided_by TEXT NOT NULL, decided_at INTEGER NOT NULL,
    PRIMARY KEY (sale),
    CONSTRAINT late_verdict_entry UNIQUE (entry),
    CONSTRAINT late_verdict_word CHECK (verdict IN ('accepted', 'refused')),
    CONSTRAINT late_verdict_entry_there CHECK ((verdict = 'accepted') = (entry IS NOT NULL)),
    CONSTRAINT late_verdict_reason CHECK (verdict = 'accepted' OR reason IS NOT NULL) ) WITHOUT ROWID, STRICT
-- next
CREATE TRIGGER late_verdict_no_update BEFORE UPDATE ON late_verdict BEGIN SELECT RAISE(ABORT, 'late_verdict is append-only'); END
-- next
CREATE TRIGGER late_verdict_no_delete BEFORE DELETE ON late_verdict BEGIN SELECT RAISE(ABORT, 'late_verdict is append-only'); END
-- next
CREATE TRIGGER late_verdict_no_replace BEFORE INSERT ON late_verdict WHEN EXISTS (SELECT 1 FROM late_verdict WHERE entry = NEW.entry) OR EXISTS (SELECT 1 FROM late_verdict WHERE sale = NEW.sale) BEGIN SELECT RAISE(ABORT, 'late_verdict has this row already'); END
-- next
CREATE TABLE leaf ( position INTEGER NOT NULL, kind TEXT NOT NULL, object BLOB NOT NULL, data BLOB NOT NULL,
    PRIMARY KEY (position),
    CONSTRAINT leaf_object UNIQUE (kind, object),
    CONSTRAINT leaf_position CHECK (position >= 0) ) WITHOUT ROWID, STRICT
-- next
CREATE TRIGGER leaf_no_update BEFORE UPDATE ON leaf BEGIN SELECT RAISE(ABORT, 'leaf is append-only'); END
-- next
CREATE TRIGGER leaf_no_delete BEFORE DELETE ON leaf BEGIN SELECT RAISE(ABORT, 'leaf is append-only'); END
-- next
CREATE TRIGGER leaf_no_replace BEFORE INSERT ON leaf WHEN EXISTS (SELECT 1 FROM leaf WHERE kind = NEW.kind AND object = NEW.object) OR EXISTS (SELECT 1 FROM leaf WHERE position = NEW.position) BEGIN SELECT RAISE(ABORT, 'leaf has this row already'); END
-- next
CREATE TABLE ledger_identity ( number INTEGER NOT NULL, ledger_id BLOB NOT NULL, practice INTEGER NOT NULL, origin TEXT NOT NULL, seal_public BLOB NOT NULL, key_checks TEXT NOT NULL, made_at INTEGER NOT NULL,
    PRIMARY KEY (number),
    CONSTRAINT one_identity CHECK (number = 1) ) WITHOUT ROWID, STRICT
-- next
CREATE TRIGGER ledger_identity_no_update BEFORE UPDATE ON ledger_identity BEGIN SELECT RAISE(ABORT, 'ledger_identity is append-only'); END
-- next
CREATE TRIGGER ledger_identity_no_delete BEFORE DELETE ON ledger_identity BEGIN SELECT RAISE(ABORT, 'ledger_identity is append-only'); END
-- next
CREATE TRIGGER ledger_identity_no_replace BEFORE INSERT ON ledger_identity WHEN EXISTS (SELECT 1 FROM ledger_identity WHERE number = NEW.number) BEGIN SELECT RAISE(ABORT, 'ledger_identity has this row already'); END
-- next
CREATE TABLE left_out ( statement BLOB NOT NULL, number INTEGER NOT NULL, kind TEXT NOT NULL, sheet TEXT, file_row INTEGER NOT NULL, shown TEXT NOT NULL, amount_minor INTEGER, reason TEXT,
    PRIMARY KEY (statement, number),
    CONSTRAINT left_out_kind CHECK (kind IN ('unread', 'return', 'returned', 'netted', 'credit', 'declined')) ) WITHOUT ROWID, STRICT
-- next
CREATE TRIGGER left_out_no_update BEFORE UPDATE ON left_out BEGIN SELECT RAISE(ABORT, 'left_out is append-only'); END
-- next
CREATE TRIGGER left_out_no_delete BEFORE DELETE ON left_out BEGIN SELECT RAISE(ABORT, 'left_out is append-only'); END
-- next
CREATE TRIGGER left_out_no_replace BEFORE INSERT ON left_out WHEN EXISTS (SELECT 1 FROM left_out WHERE statement = NEW.statement AND number = NEW.number) BEGIN SELECT RAISE(ABORT, 'left_out has this row already'); END
-- next
CREATE TABLE log ( seq INTEGER NOT NULL, at INTEGER NOT NULL, operator TEXT NOT NULL, action TEXT NOT NULL, object TEXT NOT NULL, detail TEXT NOT NULL, origin TEXT NOT NULL, hash BLOB NOT NULL,
    PRIMARY KEY (seq),
    CONSTRAINT log_hash UNIQUE (hash),
    CONSTRAINT log_seq CHECK (seq >= 1),
    CONSTRAINT log_hash_whole CHECK (length(hash) = 32) ) WITHOUT ROWID, STRICT
-- next
CREATE INDEX log_action ON log (action)
-- next
CREATE INDEX log_object ON log (object)
-- next
CREATE TRIGGER log_no_update BEFORE UPDATE ON log BEGIN SELECT RAISE(ABORT, 'log is append-only'); END
-- next
CREATE TRIGGER log_no_delete BEFORE DELETE ON log BEGIN SELECT RAISE(ABORT, 'log is append-only'); END
-- next
CREATE TRIGGER log_no_replace BEFORE INSERT ON log WHEN EXISTS (SELECT 1 FROM log WHERE hash = NEW.hash) OR EXISTS (SELECT 1 FROM log WHERE seq = NEW.seq) BEGIN SELECT RAISE(ABORT, 'log has this row already'); END
-- next
CREATE TABLE log_head ( number INTEGER NOT NULL, seq INTEGER NOT NULL, hash BLOB NOT NULL,
    PRIMARY KEY (number),
    CONSTRAINT log_head_one CHECK (number = 1),
    CONSTRAINT log_head_seq CHECK (seq >= 0) ) WITHOUT ROWID, STRICT
-- next
CREATE TABLE monitoring_city ( sample TEXT NOT NULL, city TEXT NOT NULL, households INTEGER NOT NULL,
    PRIMARY KEY (sample, city),
    CONSTRAINT monitoring_city_some CHECK (households > 0) ) WITHOUT ROWID, STRICT
-- next
CREATE TRIGGER monitoring_city_no_update BEFORE UPDATE ON monitoring_city BEGIN SELECT RAISE(ABORT, 'monitoring_city is append-only'); END
-- next
CREATE TRIGGER monitoring_city_no_delete BEFORE DELETE ON monitoring_city BEGIN SELECT RAISE(ABORT, 'monitoring_city is append-only'); END
-- next
CREATE TRIGGER monitoring_city_no_replace BEFORE INSERT ON monitoring_city WHEN EXISTS (SELECT 1 FROM monitoring_city WHERE sample = NEW.sample AND city = NEW.city) BEGIN SELECT RAISE(ABORT, 'monitoring_city has this row already'); END
-- next
CREATE TABLE monitoring_interview ( id BLOB NOT NULL, sample TEXT NOT NULL, household TEXT NOT NULL, sealed BLOB NOT NULL, taken_by TEXT NOT NULL, taken_at INTEGER NOT NULL,
    PRIMARY KEY (id) ) WITHOUT ROWID, STRICT
-- next
CREATE INDEX monitoring_interview_sample ON monitoring_interview (sample)
-- next
CREATE TRIGGER monitoring_interview_no_update BEFORE UPDATE ON monitoring_interview BEGIN SELECT RAISE(ABORT, 'monitoring_interview is append-only'); END
-- next
CREATE TRIGGER monitoring_interview_no_delete BEFORE DELETE ON monitoring_interview BEGIN SELECT RAISE(ABORT, 'monitoring_interview is append-only'); END
-- next
CREATE TRIGGER monitoring_interview_no_replace BEFORE INSERT ON monitoring_interview WHEN EXISTS (SELECT 1 FROM monitoring_interview WHERE id = NEW.id) BEGIN SELECT RAISE(ABORT, 'monitoring_interview has this row already'); END
-- next
CREATE TABLE monitoring_member ( sample TEXT NOT NULL, place INTEGER NOT NULL, household TEXT NOT NULL, city TEXT NOT NULL, person TEXT NOT NULL,
    PRIMARY KEY (sample, place) ) WITHOUT ROWID, STRICT
-- next
CREATE TRIGGER monitoring_member_no_update BEFORE UPDATE ON monitoring_member BEGIN SELECT RAISE(ABORT, 'monitoring_member is append-only'); END
-- next
CREATE TRIGGER monitoring_member_no_delete BEFORE DELETE ON monitoring_member BEGIN SELECT RAISE(ABORT, 'monitoring_member is append-only'); END
-- next
CREATE TRIGGER monitoring_member_no_replace BEFORE INSERT ON monitoring_member WHEN EXISTS (SELECT 1 FROM monitoring_member WHERE sample = NEW.sample AND place = NEW.place) BEGIN SELECT RAISE(ABORT, 'monitoring_member has this row already'); END
-- next
CREATE TABLE monitoring_sample ( number TEXT NOT NULL, round TEXT NOT NULL, margin_percent INTEGER NOT NULL, confidence_percent INTEGER NOT NULL, each_city INTEGER NOT NULL, seed TEXT NOT NULL, frame_hash BLOB NOT NULL, drawn_by TEXT NOT NULL, drawn_at INTEGER NOT NULL,
    PRIMARY KEY (number),
    CONSTRAINT monitoring_sample_margin CHECK (margin_percent BETWEEN 1 AND 20),
    CONSTRAINT monitoring_sample_confidence CHECK (confidence_percent IN (80, 90, 95, 99)),
    CONSTRAINT monitoring_sample_each CHECK (each_city IN (0, 1)) ) WITHOUT ROWID, STRICT
-- next
CREATE TRIGGER monitoring_sample_no_update BEFORE UPDATE ON monitoring_sample BEGIN SELECT RAISE(ABORT, 'monitoring_sample is append-only'); END
-- next
CREATE TRIGGER monitoring_sample_no_delete BEFORE DELETE ON monitoring_sample BEGIN SELECT RAISE(ABORT, 'monitoring_sample is append-only'); END
-- next
CREATE TRIGGER monitoring_sample_no_replace BEFORE INSERT ON monitoring_sample WHEN EXISTS (SELECT 1 FROM monitoring_sample WHERE number = NEW.number) BEGIN SELECT RAISE(ABORT, 'monitoring_sample has this row already'); END
-- next
CREATE TABLE offline_claim ( id BLOB NOT NULL, device BLOB NOT NULL, list BLOB NOT NULL, code_hash BLOB, voucher BLOB, store TEXT NOT NULL, receipt TEXT NOT NULL, receipt_total_minor INTEGER, amount_minor INTEGER NOT NULL, said_at INTEGER NOT NULL, occurred_at INTEGER NOT NULL, taken_by TEXT NOT NULL, uploaded_by TEXT NOT NULL, uploaded_at INTEGER NOT NULL, outcome TEXT NOT NULL, reason TEXT, posted_minor INTEGER NOT NULL, entry BLOB, charged_to TEXT,
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
    CONSTRAINT offline_claim_reason CHECK ((reason IS NULL) = (outcome IN ('posted', 'same'))) ) WITHOUT ROWID, STRICT
-- next
CREATE INDEX offline_claim_list ON offline_claim (list)
-- next
CREATE INDEX offline_claim_voucher ON offline_claim (voucher)
-- next
CREATE TRIGGER offline_claim_no_update BEFORE UPDATE ON offline_claim BEGIN SELECT RAISE(ABORT, 'offline_claim is append-only'); END
-- next
CREATE TRIGGER offline_claim_no_delete BEFORE DELETE ON offline_claim BEGIN SELECT RAISE(ABORT, 'offline_claim is append-only'); END
-- next
CREATE TRIGGER offline_claim_no_replace BEFORE INSERT ON offline_claim WHEN EXISTS (SELECT 1 FROM offline_claim WHERE entry = NEW.entry) OR EXISTS (SELECT 1 FROM offline_claim WHERE id = NEW.id) BEGIN SELECT RAISE(ABORT, 'offline_claim has this row already'); END
-- next
CREATE TABLE offline_list ( id BLOB NOT NULL, device BLOB NOT NULL, store TEXT NOT NULL, made_for TEXT NOT NULL, made_at INTEGER NOT NULL, digest BLOB NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT offline_list_digest_whole CHECK (length(digest) = 32) ) WITHOUT ROWID, STRICT
-- next
CREATE INDEX offline_list_device ON offline_list (device)
-- next
CREATE TRIGGER offline_list_no_update BEFORE UPDATE ON offline_list BEGIN SELECT RAISE(ABORT, 'offline_list is append-only'); END
-- next
CREATE TRIGGER offline_list_no_delete BEFORE DELETE ON offline_list BEGIN SELECT RAISE(ABORT, 'offline_list is append-only'); END
-- next
CREATE TRIGGER offline_list_no_replace BEFORE INSERT ON offline_list WHEN EXISTS (SELECT 1 FROM offline_list WHERE id = NEW.id) BEGIN SELECT RAISE(ABORT, 'offline_list has this row already'); END
-- next
CREATE TABLE offline_terms ( programme TEXT NOT NULL, number INTEGER NOT NULL, allowed INTEGER NOT NULL, per_voucher_minor INTEGER NOT NULL, per_device_minor INTEGER NOT NULL, per_day_minor INTEGER NOT NULL, list_hours INTEGER NOT NULL, charged_to TEXT NOT NULL, set_by TEXT NOT NULL, set_at INTEGER NOT NULL,
    PRIMARY KEY (programme, number),
    CONSTRAINT offline_terms_allowed CHECK (allowed IN (0, 1)),
    CONSTRAINT offline_terms_bounds CHECK (per_voucher_minor > 0 AND per_device_minor > 0 AND per_day_minor > 0),
    CONSTRAINT offline_terms_hours CHECK (list_hours BETWEEN 1 AND 168),
    CONSTRAINT offline_terms_charged CHECK (charged_to IN ('retailer', 'programme')) ) WITHOUT ROWID, STRICT
-- next
CREATE TRIGGER offline_terms_no_update BEFORE UPDATE ON offline_terms BEGIN SELECT RAISE(ABORT, 'offline_terms is append-only'); END
-- next
CREATE TRIGGER offline_terms_no_delete BEFORE DELETE ON offline_terms BEGIN SELECT RAISE(ABORT, 'offline_terms is append-only'); END
-- next
CREATE TRIGGER offline_terms_no_replace BEFORE INSERT ON offline_terms WHEN EXISTS (SELECT 1 FROM offline_terms WHERE programme = NEW.programme AND number = NEW.number) BEGIN SELECT RAISE(ABORT, 'offline_terms has this row already'); END
-- next
CREATE TABLE operator ( name TEXT NOT NULL, passphrase_hash TEXT NOT NULL, must_change INTEGER NOT NULL, disabled_at INTEGER, tries TEXT NOT NULL, rests_until INTEGER, made_by TEXT NOT NULL, made_at INTEGER NOT NULL,
    PRIMARY KEY (name),
    CONSTRAINT operator_name CHECK (length(name) >= 2 AND length(name) <= 32 AND name = lower(name)),
    CONSTRAINT operator_passphrase CHECK (passphrase_hash LIKE '$argon2id$%'),
    CONSTRAINT operator_must_change CHECK (must_change IN (0, 1)) ) WITHOUT ROWID, STRICT
-- next
CREATE TABLE operator_login ( token_hash BLOB NOT NULL, operator TEXT NOT NULL, started_at INTEGER NOT NULL, ends_at INTEGER NOT NULL, ended_at INTEGER, mac BLOB,
    PRIMARY KEY (token_hash),
    CONSTRAINT operator_login_token CHECK (length(token_hash) = 32),
    CONSTRAINT operator_login_ends CHECK (started_at < ends_at) ) WITHOUT ROWID, STRICT
-- next
CREATE TABLE operator_pin ( operator TEXT NOT NULL, pin_hash TEXT NOT NULL, tries TEXT NOT NULL, rests_until INTEGER, misses INTEGER NOT NULL, made_by TEXT NOT NULL, made_at INTEGER NOT NULL,
    PRIMARY KEY (operator),
    CONSTRAINT operator_pin_hash CHECK (pin_hash LIKE '$argon2id$%'),
    CONSTRAINT operator_pin_misses CHECK (misses >= 0) ) WITHOUT ROWID, STRICT
-- next
CREATE TABLE operator_recovery ( hash BLOB NOT NULL, operator TEXT NOT NULL, used_at INTEGER,
    PRIMARY KEY (hash),
    CONSTRAINT operator_recovery_hash CHECK (length(hash) = 32) ) WITHOUT ROWID, STRICT
-- next
CREATE INDEX operator_recovery_operator ON operator_recovery (operator)
-- next
CREATE TABLE operator_role ( operator TEXT NOT NULL, role TEXT NOT NULL,
    PRIMARY KEY (operator, role),
    CONSTRAINT operator_role_known CHECK (role IN ('field', 'cashier', 'finance', 'controller', 'manager', 'auditor', 'admin', 'protection')) ) WITHOUT ROWID, STRICT
-- next
CREATE TABLE operator_second ( operator TEXT NOT NULL, secret_sealed BLOB NOT NULL, last_step INTEGER NOT NULL, tries TEXT NOT NULL, rests_until INTEGER, misses INTEGER NOT NULL, made_by TEXT NOT NULL, made_at INTEGER NOT NULL,
    PRIMARY KEY (operator),
    CONSTRAINT operator_second_sealed CHECK (length(secret_sealed) >= 48),
    CONSTRAINT operator_second_misses CHECK (misses >= 0 AND last_step >= 0) ) WITHOUT ROWID, STRICT
-- next
CREATE TABLE operator_store ( operator TEXT NOT NULL, store TEXT NOT NULL,
    PRIMARY KEY (operator, store) ) WITHOUT ROWID, STRICT
-- next
CREATE TABLE payment ( id BLOB NOT NULL, settlement BLOB NOT NULL, part INTEGER NOT NULL, amount_minor INTEGER NOT NULL, left_minor INTEGER NOT NULL, reference TEXT NOT NULL, place INTEGER NOT NULL, fee_minor INTEGER NOT NULL, paid_by TEXT NOT NULL, paid_at INTEGER NOT NULL, hash BLOB NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT payment_part UNIQUE (settlement, part),
    CONSTRAINT payment_place UNIQUE (reference, place),
    CONSTRAINT payment_amount CHECK (amount_minor > 0 AND left_minor >= 0),
    CONSTRAINT payment_numbered CHECK (part >= 1 AND place >= 1),
    CONSTRAINT payment_fee CHECK (fee_minor = 0 OR (fee_minor > 0 AND place = 1)) ) WITHOUT ROWID, STRICT
-- next
CREATE TRIGGER payment_no_update BEFORE UPDATE ON payment BEGIN SELECT RAISE(ABORT, 'payment is append-only'); END
-- next
CREATE TRIGGER payment_no_delete BEFORE DELETE ON payment BEGIN SELECT RAISE(ABORT, 'payment is append-only'); END
-- next
CREATE TRIGGER payment_no_replace BEFORE INSERT ON payment WHEN EXISTS (SELECT 1 FROM payment WHERE id = NEW.id) OR EXISTS (SELECT 1 FROM payment WHERE reference = NEW.reference AND place = NEW.place) OR EXISTS (SELECT 1 FROM payment WHERE settlement = NEW.settlement AND part = NEW.part) BEGIN SELECT RAISE(ABORT, 'payment has this row already'); END
-- next
CREATE TABLE people_turn ( number INTEGER NOT NULL, turn INTEGER NOT NULL,
    PRIMARY KEY (number),
    CONSTRAINT one_people_turn CHECK (number = 1) ) WITHOUT ROWID, STRICT
-- next
CREATE TABLE period ( code TEXT NOT NULL, from_size INTEGER NOT NULL, to_size INTEGER NOT NULL, closed_by TEXT NOT NULL, closed_at INTEGER NOT NULL, ends_at INTEGER NOT NULL, despite TEXT NOT NULL,
    PRIMARY KEY (code),
    CONSTRAINT period_sizes CHECK (from_size < to_size),
    CONSTRAINT period_ends CHECK (ends_at >= 0) ) WITHOUT ROWID, STRICT
-- next
CREATE TRIGGER period_no_update BEFORE UPDATE ON period BEGIN SELECT RAISE(ABORT, 'period is append-only'); END
-- next
CREATE TRIGGER period_no_delete BEFORE DELETE ON period BEGIN SELECT RAISE(ABORT, 'period is append-only'); END
-- next
CREATE TRIGGER period_no_replace BEFORE INSERT ON period WHEN EXISTS (SELECT 1 FROM period WHERE code = NEW.code) BEGIN SELECT RAISE(ABORT, 'period has this row already'); END
-- next
CREATE TABLE person ( number TEXT NOT NULL, city TEXT NOT NULL, household TEXT NOT NULL, sex TEXT NOT NULL, birth_year INTEGER, language TEXT NOT NULL, name_script TEXT NOT NULL, status TEXT NOT NULL, consent INTEGER NOT NULL, version INTEGER NOT NULL, list_hash TEXT NOT NULL, enrolled_by TEXT NOT NULL, enrolled_at INTEGER NOT NULL, approved_by TEXT, approved_at INTEGER, merged_into TEXT, erased_at INTEGER,
    PRIMARY KEY (number),
    CONSTRAINT person_sex CHECK (sex IN ('f', 'm', '')),
    CONSTRAINT person_script CHECK (name_script IN ('Arab', 'Cyrl', '')),
    CONSTRAINT person_birth_year CHECK (birth_year BETWEEN 1850 AND 2200),
    CONSTRAINT person_status CHECK (status IN ('active', 'suspended', 'left', 'dead')),
    CONSTRAINT person_consent CHECK (consent IN (0, 1)),
    CONSTRAINT person_current CHECK (version >= 1),
    CONSTRAINT person_approval CHECK ((approved_by IS NULL) = (approved_at IS NULL)),
    CONSTRAINT person_merged CHECK (merged_into <> number) ) WITHOUT ROWID, STRICT
-- next
CREATE INDEX person_household ON person (household)
-- next
CREATE INDEX person_list ON person (list_hash)
-- next
CREATE TABLE person_change ( id BLOB NOT NULL, person TEXT NOT NULL, kind TEXT NOT NULL, was TEXT NOT NULL, became TEXT NOT NULL, date TEXT NOT NULL, reason_sealed BLOB, changed_by TEXT NOT NULL, changed_at INTEGER NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT person_change_kind CHECK (kind IN ('status', 'city', 'household', 'head', 'size', 'sex', 'birth-year', 'language', 'refused')) ) WITHOUT ROWID, STRICT
-- next
CREATE INDEX person_change_person ON person_change (person)
-- next
CREATE TRIGGER person_change_no_update BEFORE UPDATE ON person_change BEGIN SELECT RAISE(ABORT, 'person_change is append-only'); END
-- next
CREATE TRIGGER person_change_no_delete BEFORE DELETE ON person_change BEGIN SELECT RAISE(ABORT, 'person_change is append-only'); END
-- next
CREATE TRIGGER person_change_no_replace BEFORE INSERT ON person_change WHEN EXISTS (SELECT 1 FROM person_change WHERE id = NEW.id) BEGIN SELECT RAISE(ABORT, 'person_change has this row already'); END
-- next
CREATE TABLE person_flag ( person TEXT NOT NULL, flag TEXT NOT NULL, set_by TEXT NOT NULL, set_at INTEGER NOT NULL,
    PRIMARY KEY (person, flag) ) WITHOUT ROWID, STRICT
-- next
CREATE TABLE person_version ( person TEXT NOT NULL, version INTEGER NOT NULL, sealed BLOB NOT NULL, made_by TEXT NOT NULL, made_at INTEGER NOT NULL,
    PRIMARY KEY (person, version),
    CONSTRAINT person_version_counts CHECK (version >= 1) ) WITHOUT ROWID, STRICT
-- next
CREATE TRIGGER person_version_no_update BEFORE UPDATE ON person_version BEGIN SELECT RAISE(ABORT, 'person_version is append-only'); END
-- next
CREATE TRIGGER person_version_no_delete BEFORE DELETE ON person_version BEGIN SELECT RAISE(ABORT, 'person_version is append-only'); END
-- next
CREATE TRIGGER person_version_no_replace BEFORE INSERT ON person_version WHEN EXISTS (SELECT 1 FROM person_version WHERE person = NEW.person AND version = NEW.version) BEGIN SELECT RAISE(ABORT, 'person_version has this row already'); END
-- next
CREATE TABLE practice_clock ( number INTEGER NOT NULL, behind_us INTEGER NOT NULL,
    PRIMARY KEY (number),
    CONSTRAINT one_practice_clock CHECK (number = 1) ) WITHOUT ROWID, STRICT
-- next
CREATE TABLE print_run ( id BLOB NOT NULL, batch BLOB NOT NULL, printed_by TEXT NOT NULL, printed_at INTEGER NOT NULL, reason TEXT, format TEXT NOT NULL, sheets INTEGER NOT NULL, first_serial TEXT NOT NULL, last_serial TEXT NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT print_run_sheets CHECK (sheets > 0) ) WITHOUT ROWID, STRICT
-- next
CREATE INDEX print_run_batch ON print_run (batch)
-- next
CREATE TRIGGER print_run_no_update BEFORE UPDATE ON print_run BEGIN SELECT RAISE(ABORT, 'print_run is append-only'); END
-- next
CREATE TRIGGER print_run_no_delete BEFORE DELETE ON print_run BEGIN SELECT RAISE(ABORT, 'print_run is append-only'); END
-- next
CREATE TRIGGER print_run_no_replace BEFORE INSERT ON print_run WHEN EXISTS (SELECT 1 FROM print_run WHERE id = NEW.id) BEGIN SELECT RAISE(ABORT, 'print_run has this row already'); END
-- next
CREATE TABLE printed_voucher ( voucher BLOB NOT NULL, run BLOB NOT NULL,
    PRIMARY KEY (voucher, run) ) WITHOUT ROWID, STRICT
-- next
CREATE INDEX printed_voucher_run ON printed_voucher (run)
-- next
CREATE TRIGGER printed_voucher_no_update BEFORE UPDATE ON printed_voucher BEGIN SELECT RAISE(ABORT, 'printed_voucher is append-only'); END
-- next
CREATE TRIGGER printed_voucher_no_delete BEFORE DELETE ON printed_voucher BEGIN SELECT RAISE(ABORT, 'printed_voucher is append-only'); END
-- next
CREATE TRIGGER printed_voucher_no_replace BEFORE INSERT ON printed_voucher WHEN EXISTS (SELECT 1 FROM printed_voucher WHERE voucher = NEW.voucher AND run = NEW.run) BEGIN SELECT RAISE(ABORT, 'printed_voucher has this row already'); END
-- next
CREATE TABLE programme ( code TEXT NOT NULL, name TEXT NOT NULL, short_name TEXT NOT NULL, currency TEXT NOT NULL, zone TEXT NOT NULL, budget_minor INTEGER NOT NULL, duties_apart INTEGER NOT NULL, reversal_alone_max_minor INTEGER NOT NULL, web_address TEXT, hotline TEXT NOT NULL, lateness_days INTEGER NOT NULL, language TEXT NOT NULL, despite_allowed INTEGER NOT NULL, made_by TEXT NOT NULL, made_at INTEGER NOT NULL,
    PRIMARY KEY (code),
    CONSTRAINT programme_budget CHECK (budget_minor >= 0),
    CONSTRAINT programme_duties CHECK (duties_apart IN (0, 1)),
    CONSTRAINT programme_despite CHECK (despite_allowed IN (0, 1)),
    CONSTRAINT programme_reversal CHECK (reversal_alone_max_minor >= 0),
    CONSTRAINT programme_lateness CHECK (lateness_days BETWEEN 0 AND 3650) ) WITHOUT ROWID, STRICT
-- next
CREATE TABLE proxy ( id BLOB NOT NULL, household TEXT NOT NULL, head TEXT NOT NULL, sealed BLOB NOT NULL, named_by TEXT NOT NULL, named_at INTEGER NOT NULL, ended_by TEXT, ended_at INTEGER,
    PRIMARY KEY (id),
    CONSTRAINT proxy_ended CHECK ((ended_by IS NULL) = (ended_at IS NULL)) ) WITHOUT ROWID, STRICT
-- next
CREATE INDEX proxy_household ON proxy (household)
-- next
CREATE TABLE receipt ( store TEXT NOT NULL, number TEXT NOT NULL, total_minor INTEGER, used_minor INTEGER NOT NULL,
    PRIMARY KEY (store, number),
    CONSTRAINT receipt_used CHECK (used_minor >= 0),
    CONSTRAINT receipt_within_total CHECK (total_minor IS NULL OR used_minor <= total_minor) ) WITHOUT ROWID, STRICT
-- next
CREATE TABLE reconfirmation ( round TEXT NOT NULL, person TEXT NOT NULL, asked_at INTEGER NOT NULL, answer TEXT, answered_on TEXT, answered_by TEXT,
    PRIMARY KEY (round, person),
    CONSTRAINT reconfirmation_answer CHECK (answer IN ('here', 'gone')),
    CONSTRAINT reconfirmation_on CHECK ((answer IS NULL) = (answered_on IS NULL)),
    CONSTRAINT reconfirmation_by CHECK ((answer IS NULL) = (answered_by IS NULL)) ) WITHOUT ROWID, STRICT
-- next
CREATE TABLE referral ( id BLOB NOT NULL, key_number INTEGER NOT NULL, sealed BLOB NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT referral_size CHECK (length(sealed) = 16412) ) WITHOUT ROWID, STRICT
-- next
CREATE TABLE referral_key ( number INTEGER NOT NULL, key_check TEXT NOT NULL, made_by TEXT NOT NULL, made_at INTEGER NOT NULL,
    PRIMARY KEY (number),
    CONSTRAINT referral_key_counts CHECK (number >= 1) ) WITHOUT ROWID, STRICT
-- next
CREATE TRIGGER referral_key_no_update BEFORE UPDATE ON referral_key BEGIN SELECT RAISE(ABORT, 'referral_key is append-only'); END
-- next
CREATE TRIGGER referral_key_no_delete BEFORE DELETE ON referral_key BEGIN SELECT RAISE(ABORT, 'referral_key is append-only'); END
-- next
CREATE TRIGGER referral_key_no_replace BEFORE INSERT ON referral_key WHEN EXISTS (SELECT 1 FROM referral_key WHERE number = NEW.number) BEGIN SELECT RAISE(ABORT, 'referral_key has this row already'); END
-- next
CREATE TABLE reminder ( id BLOB NOT NULL, round TEXT NOT NULL, beneficiary TEXT NOT NULL, way TEXT NOT NULL, result TEXT NOT NULL, made_by TEXT NOT NULL, made_at INTEGER NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT reminder_way CHECK (way IN ('call', 'message')),
    CONSTRAINT reminder_result CHECK (result IN ('reached', 'no-answer', 'wrong-number', 'day', 'expiring', 'replaced')) ) WITHOUT ROWID, STRICT
-- next
CREATE INDEX reminder_round ON reminder (round, beneficiary)
-- next
CREATE TRIGGER reminder_no_update BEFORE UPDATE ON reminder BEGIN SELECT RAISE(ABORT, 'reminder is append-only'); END
-- next
CREATE TRIGGER reminder_no_delete BEFORE DELETE ON reminder BEGIN SELECT RAISE(ABORT, 'reminder is append-only'); END
-- next
CREATE TRIGGER reminder_no_replace BEFORE INSERT ON reminder WHEN EXISTS (SELECT 1 FROM reminder WHERE id = NEW.id) BEGIN SELECT RAISE(ABORT, 'reminder has this row already'); END
-- next
CREATE TABLE retailer ( code TEXT NOT NULL, name TEXT NOT NULL, number TEXT,
    PRIMARY KEY (code),
    CONSTRAINT retailer_code CHECK (code <> '' AND code = lower(code)),
    CONSTRAINT retailer_name CHECK (name <> ''),
    CONSTRAINT retailer_number CHECK (length(number) BETWEEN 4 AND 32) ) WITHOUT ROWID, STRICT
-- next
CREATE TABLE retention ( programme TEXT NOT NULL, delete_after TEXT NOT NULL, set_by TEXT NOT NULL, set_at INTEGER NOT NULL,
    PRIMARY KEY (programme) ) WITHOUT ROWID, STRICT
-- next
CREATE TABLE round ( code TEXT NOT NULL, programme TEXT NOT NULL, valid_from TEXT NOT NULL, valid_until TEXT NOT NULL, in_parts INTEGER NOT NULL, next_serial INTEGER NOT NULL, next_batch INTEGER NOT NULL, made_by TEXT NOT NULL, made_at INTEGER NOT NULL, cancelled_at INTEGER,
    PRIMARY KEY (code),
    CONSTRAINT round_dates CHECK (valid_from <= valid_until),
    CONSTRAINT round_parts CHECK (in_parts IN (0, 1)) ) WITHOUT ROWID, STRICT
-- next
CREATE TABLE round_grant ( round TEXT NOT NULL, place INTEGER NOT NULL, grant_code TEXT NOT NULL, share INTEGER, limit_minor INTEGER,
    PRIMARY KEY (round, place),
    CONSTRAINT round_grant_once UNIQUE (round, grant_code),
    CONSTRAINT round_grant_place CHECK (place >= 1),
    CONSTRAINT round_grant_share CHECK (share IS NULL OR (share > 0 AND limit_minor IS NULL)),
    CONSTRAINT round_grant_limit CHECK (limit_minor IS NULL OR limit_minor > 0) ) WITHOUT ROWID, STRICT
-- next
CREATE TRIGGER round_grant_no_update BEFORE UPDATE ON round_grant BEGIN SELECT RAISE(ABORT, 'round_grant is append-only'); END
-- next
CREATE TRIGGER round_grant_no_delete BEFORE DELETE ON round_grant BEGIN SELECT RAISE(ABORT, 'round_grant is append-only'); END
-- next
CREATE TRIGGER round_grant_no_replace BEFORE INSERT ON round_grant WHEN EXISTS (SELECT 1 FROM round_grant WHERE round = NEW.round AND grant_code = NEW.grant_code) OR EXISTS (SELECT 1 FROM round_grant WHERE round = NEW.round AND place = NEW.place) BEGIN SELECT RAISE(ABORT, 'round_grant has this row already'); END
-- next
CREATE TABLE round_retailer ( round TEXT NOT NULL, category TEXT NOT NULL, retailer TEXT NOT NULL,
    PRIMARY KEY (round, category, retailer) ) WITHOUT ROWID, STRICT
-- next
CREATE TRIGGER round_retailer_no_update BEFORE UPDATE ON round_retailer BEGIN SELECT RAISE(ABORT, 'round_retailer is append-only'); END
-- next
CREATE TRIGGER round_retailer_no_delete BEFORE DELETE ON round_retailer BEGIN SELECT RAISE(ABORT, 'round_retailer is append-only'); END
-- next
CREATE TRIGGER round_retailer_no_replace BEFORE INSERT ON round_retailer WHEN EXISTS (SELECT 1 FROM round_retailer WHERE round = NEW.round AND category = NEW.category AND retailer = NEW.retailer) BEGIN SELECT RAISE(ABORT, 'round_retailer has this row already'); END
-- next
CREATE TABLE row_digest ( seq INTEGER NOT NULL, place TEXT NOT NULL, keys TEXT NOT NULL, digests BLOB NOT NULL, vouched_by TEXT NOT NULL, mac BLOB NOT NULL, hash BLOB NOT NULL,
    PRIMARY KEY (seq),
    CONSTRAINT row_digest_hash UNIQUE (hash),
    CONSTRAINT row_digest_seq CHECK (seq >= 1),
    CONSTRAINT row_digest_hash_whole CHECK (length(hash) = 32),
    CONSTRAINT row_digest_whole CHECK (length(digests) >= 32) ) WITHOUT ROWID, STRICT
-- next
CREATE INDEX row_digest_place ON row_digest (place)
-- next
CREATE TRIGGER row_digest_no_update BEFORE UPDATE ON row_digest BEGIN SELECT RAISE(ABORT, 'row_digest is append-only'); END
-- next
CREATE TRIGGER row_digest_no_delete BEFORE DELETE ON row_digest BEGIN SELECT RAISE(ABORT, 'row_digest is append-only'); END
-- next
CREATE TRIGGER row_digest_no_replace BEFORE INSERT ON row_digest WHEN EXISTS (SELECT 1 FROM row_digest WHERE hash = NEW.hash) OR EXISTS (SELECT 1 FROM row_digest WHERE seq = NEW.seq) BEGIN SELECT RAISE(ABORT, 'row_digest has this row already'); END
-- next
CREATE TABLE row_digest_head ( number INTEGER NOT NULL, seq INTEGER NOT NULL, hash BLOB NOT NULL,
    PRIMARY KEY (number),
    CONSTRAINT row_digest_head_one CHECK (number = 1),
    CONSTRAINT row_digest_head_seq CHECK (seq >= 0) ) WITHOUT ROWID, STRICT
-- next
CREATE TABLE sanctions_hit ( counted INTEGER NOT NULL, kind TEXT NOT NULL, subject TEXT NOT NULL, label TEXT NOT NULL, entry TEXT NOT NULL, fingerprint BLOB NOT NULL, bits INTEGER NOT NULL, found_by TEXT NOT NULL, found_at INTEGER NOT NULL, decision TEXT, reason TEXT, decided_by TEXT, decided_at INTEGER,
    PRIMARY KEY (counted),
    CONSTRAINT sanctions_hit_counted CHECK (counted >= 1),
    CONSTRAINT sanctions_hit_kind CHECK (kind IN ('retailer', 'operator', 'proxy', 'person')),
    CONSTRAINT sanctions_hit_decision CHECK (decision IN ('same', 'different')),
    CONSTRAINT sanctions_hit_decided CHECK ((decision IS NULL) = (decided_by IS NULL)),
    CONSTRAINT sanctions_hit_decided_at CHECK ((decision IS NULL) = (decided_at IS NULL)),
    CONSTRAINT sanctions_hit_reason CHECK ((decision IS NULL) = (reason IS NULL)) ) WITHOUT ROWID, STRICT
-- next
CREATE INDEX sanctions_hit_subject ON sanctions_hit (kind, subject)
-- next
CREATE TABLE sanctions_list ( label TEXT NOT NULL, digest TEXT NOT NULL, dated TEXT NOT NULL, entry_count INTEGER NOT NULL, entries TEXT NOT NULL, loaded_by TEXT NOT NULL, loaded_at INTEGER NOT NULL,
    PRIMARY KEY (label),
    CONSTRAINT sanctions_list_label CHECK (length(label) BETWEEN 2 AND 32),
    CONSTRAINT sanctions_list_count CHECK (entry_count >= 1) ) WITHOUT ROWID, STRICT
-- next
CREATE TABLE sanctions_name ( kind TEXT NOT NULL, subject TEXT NOT NULL, name TEXT NOT NULL, made_by TEXT NOT NULL, made_at INTEGER NOT NULL,
    PRIMARY KEY (kind, subject, name),
    CONSTRAINT sanctions_name_kind CHECK (kind IN ('retailer', 'operator')) ) WITHOUT ROWID, STRICT
-- next
CREATE TABLE sanctions_policy ( programme TEXT NOT NULL, asked INTEGER NOT NULL, families INTEGER NOT NULL, set_by TEXT NOT NULL, set_at INTEGER NOT NULL,
    PRIMARY KEY (programme),
    CONSTRAINT sanctions_policy_asked CHECK (asked IN (0, 1)),
    CONSTRAINT sanctions_policy_families CHECK (families IN (0, 1) AND families <= asked) ) WITHOUT ROWID, STRICT
-- next
CREATE TABLE sanctions_run ( counted INTEGER NOT NULL, at INTEGER NOT NULL, run_by TEXT NOT NULL, subjects INTEGER NOT NULL, compared BLOB NOT NULL,
    PRIMARY KEY (counted),
    CONSTRAINT sanctions_run_counted CHECK (counted >= 1) ) WITHOUT ROWID, STRICT
-- next
CREATE TRIGGER sanctions_run_no_update BEFORE UPDATE ON sanctions_run BEGIN SELECT RAISE(ABORT, 'sanctions_run is append-only'); END
-- next
CREATE TRIGGER sanctions_run_no_delete BEFORE DELETE ON sanctions_run BEGIN SELECT RAISE(ABORT, 'sanctions_run is append-only'); END
-- next
CREATE TRIGGER sanctions_run_no_replace BEFORE INSERT ON sanctions_run WHEN EXISTS (SELECT 1 FROM sanctions_run WHERE counted = NEW.counted) BEGIN SELECT RAISE(ABORT, 'sanctions_run has this row already'); END
-- next
CREATE TABLE seal ( size INTEGER NOT NULL, root BLOB NOT NULL, peaks BLOB NOT NULL, reason TEXT NOT NULL, sealed_by TEXT NOT NULL, sealed_at INTEGER NOT NULL, checkpoint TEXT NOT NULL,
    PRIMARY KEY (size),
    CONSTRAINT seal_size CHECK (size > 0) ) WITHOUT ROWID, STRICT
-- next
CREATE TRIGGER seal_no_update BEFORE UPDATE ON seal BEGIN SELECT RAISE(ABORT, 'seal is append-only'); END
-- next
CREATE TRIGGER seal_no_delete BEFORE DELETE ON seal BEGIN SELECT RAISE(ABORT, 'seal is append-only'); END
-- next
CREATE TRIGGER seal_no_replace BEFORE INSERT ON seal WHEN EXISTS (SELECT 1 FROM seal WHERE size = NEW.size) BEGIN SELECT RAISE(ABORT, 'seal has this row already'); END
-- next
CREATE TABLE settlement ( id BLOB NOT NULL, number TEXT NOT NULL, retailer TEXT NOT NULL, statement BLOB NOT NULL, accepted_minor INTEGER NOT NULL, discount_minor INTEGER NOT NULL, fee_minor INTEGER NOT NULL, payable_minor INTEGER NOT NULL, terms INTEGER, due_on TEXT, made_by TEXT NOT NULL, made_at INTEGER NOT NULL, hash BLOB NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT settlement_number UNIQUE (number),
    CONSTRAINT settlement_amount CHECK (accepted_minor >= 0 AND fee_minor >= 0),
    CONSTRAINT settlement_payable CHECK (payable_minor >= 0 AND payable_minor = accepted_minor - discount_minor - fee_minor),
    CONSTRAINT settlement_terms CHECK (terms IS NOT NULL OR (fee_minor = 0 AND due_on IS NULL)) ) WITHOUT ROWID, STRICT
-- next
CREATE TRIGGER settlement_no_update BEFORE UPDATE ON settlement BEGIN SELECT RAISE(ABORT, 'settlement is append-only'); END
-- next
CREATE TRIGGER settlement_no_delete BEFORE DELETE ON settlement BEGIN SELECT RAISE(ABORT, 'settlement is append-only'); END
-- next
CREATE TRIGGER settlement_no_replace BEFORE INSERT ON settlement WHEN EXISTS (SELECT 1 FROM settlement WHERE id = NEW.id) OR EXISTS (SELECT 1 FROM settlement WHERE number = NEW.number) BEGIN SELECT RAISE(ABORT, 'settlement has this row already'); END
-- next
CREATE TABLE settlement_line ( entry BLOB NOT NULL, settlement BLOB NOT NULL, settled_minor INTEGER NOT NULL, waived_minor INTEGER NOT NULL, discount_minor INTEGER NOT NULL,
    PRIMARY KEY (entry),
    CONSTRAINT settlement_line_sign CHECK ((settled_minor >= 0 AND waived_minor >= 0 AND settled_minor + waived_minor > 0) OR (settled_minor <= 0 AND waived_minor <= 0 AND settled_minor + waived_minor < 0)),
    CONSTRAINT settlement_line_discount CHECK ((discount_minor >= 0 AND discount_minor <= settled_minor) OR (discount_minor <= 0 AND discount_minor >= settled_minor)) ) WITHOUT ROWID, STRICT
-- next
CREATE INDEX settlement_line_settlement ON settlement_line (settlement)
-- next
CREATE TRIGGER settlement_line_no_update BEFORE UPDATE ON settlement_line BEGIN SELECT RAISE(ABORT, 'settlement_line is append-only'); END
-- next
CREATE TRIGGER settlement_line_no_delete BEFORE DELETE ON settlement_line BEGIN SELECT RAISE(ABORT, 'settlement_line is append-only'); END
-- next
CREATE TRIGGER settlement_line_no_replace BEFORE INSERT ON settlement_line WHEN EXISTS (SELECT 1 FROM settlement_line WHERE entry = NEW.entry) BEGIN SELECT RAISE(ABORT, 'settlement_line has this row already'); END
-- next
CREATE TABLE shop_note ( id BLOB NOT NULL, store TEXT NOT NULL, month TEXT NOT NULL, item TEXT NOT NULL, price_minor INTEGER, currency TEXT NOT NULL, stock TEXT NOT NULL, noted_by TEXT NOT NULL, noted_at INTEGER NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT shop_note_price CHECK (price_minor IS NULL OR price_minor > 0),
    CONSTRAINT shop_note_stock CHECK (stock IN ('yes', 'low', 'no')) ) WITHOUT ROWID, STRICT
-- next
CREATE TRIGGER shop_note_no_update BEFORE UPDATE ON shop_note BEGIN SELECT RAISE(ABORT, 'shop_note is append-only'); END
-- next
CREATE TRIGGER shop_note_no_delete BEFORE DELETE ON shop_note BEGIN SELECT RAISE(ABORT, 'shop_note is append-only'); END
-- next
CREATE TRIGGER shop_note_no_replace BEFORE INSERT ON shop_note WHEN EXISTS (SELECT 1 FROM shop_note WHERE id = NEW.id) BEGIN SELECT RAISE(ABORT, 'shop_note has this row already'); END
-- next
CREATE TABLE statement ( id BLOB NOT NULL, number TEXT NOT NULL, retailer TEXT NOT NULL, currency TEXT NOT NULL, zone TEXT NOT NULL, file TEXT NOT NULL, digest BLOB NOT NULL, period_from TEXT NOT NULL, period_until TEXT NOT NULL, line_count INTEGER NOT NULL, claimed_minor INTEGER NOT NULL, stated_minor INTEGER, left_minor INTEGER NOT NULL, columns TEXT NOT NULL, imported_by TEXT NOT NULL, imported_at INTEGER NOT NULL, reconciled_at INTEGER, withdrawn_at INTEGER, replaced_by TEXT,
    PRIMARY KEY (id),
    CONSTRAINT statement_number UNIQUE (number),
    CONSTRAINT statement_once UNIQUE (digest),
    CONSTRAINT statement_period CHECK (period_from <= period_until),
    CONSTRAINT statement_lines CHECK (line_count > 0 AND claimed_minor > 0),
    CONSTRAINT statement_replaced CHECK (replaced_by IS NULL OR withdrawn_at IS NOT NULL) ) WITHOUT ROWID, STRICT
-- next
CREATE TABLE store ( code TEXT NOT NULL, retailer TEXT NOT NULL, city TEXT NOT NULL, names TEXT NOT NULL, closed_at INTEGER,
    PRIMARY KEY (code),
    CONSTRAINT store_code CHECK (code <> '' AND code = lower(code)),
    CONSTRAINT store_names CHECK (names LIKE '{%}') ) WITHOUT ROWID, STRICT
-- next
CREATE INDEX store_retailer ON store (retailer)
-- next
CREATE TABLE throttle ( who TEXT NOT NULL, until_at INTEGER NOT NULL,
    PRIMARY KEY (who) ) WITHOUT ROWID, STRICT
-- next
CREATE TABLE till_claim ( device BLOB NOT NULL, credential_hash BLOB NOT NULL, claimed_at INTEGER NOT NULL,
    PRIMARY KEY (device),
    CONSTRAINT till_claim_credential UNIQUE (credential_hash),
    CONSTRAINT till_claim_credential_whole CHECK (length(credential_hash) = 32) ) WITHOUT ROWID, STRICT
-- next
CREATE TRIGGER till_claim_no_update BEFORE UPDATE ON till_claim BEGIN SELECT RAISE(ABORT, 'till_claim is append-only'); END
-- next
CREATE TRIGGER till_claim_no_delete BEFORE DELETE ON till_claim BEGIN SELECT RAISE(ABORT, 'till_claim is append-only'); END
-- next
CREATE TRIGGER till_claim_no_replace BEFORE INSERT ON till_claim WHEN EXISTS (SELECT 1 FROM till_claim WHERE credential_hash = NEW.credential_hash) OR EXISTS (SELECT 1 FROM till_claim WHERE device = NEW.device) BEGIN SELECT RAISE(ABORT, 'till_claim has this row already'); END
-- next
CREATE TABLE till_device ( id BLOB NOT NULL, number TEXT NOT NULL, store TEXT NOT NULL, operator TEXT, pairing_hash BLOB NOT NULL, pair_until INTEGER NOT NULL, made_by TEXT NOT NULL, made_at INTEGER NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT till_device_number UNIQUE (number),
    CONSTRAINT till_device_pairing UNIQUE (pairing_hash),
    CONSTRAINT till_device_pairing_whole CHECK (length(pairing_hash) = 32),
    CONSTRAINT till_device_in_time CHECK (made_at < pair_until) ) WITHOUT ROWID, STRICT
-- next
CREATE TRIGGER till_device_no_update BEFORE UPDATE ON till_device BEGIN SELECT RAISE(ABORT, 'till_device is append-only'); END
-- next
CREATE TRIGGER till_device_no_delete BEFORE DELETE ON till_device BEGIN SELECT RAISE(ABORT, 'till_device is append-only'); END
-- next
CREATE TRIGGER till_device_no_replace BEFORE INSERT ON till_device WHEN EXISTS (SELECT 1 FROM till_device WHERE id = NEW.id) OR EXISTS (SELECT 1 FROM till_device WHERE number = NEW.number) OR EXISTS (SELECT 1 FROM till_device WHERE pairing_hash = NEW.pairing_hash) BEGIN SELECT RAISE(ABORT, 'till_device has this row already'); END
-- next
CREATE TABLE till_revoked ( device BLOB NOT NULL, revoked_by TEXT NOT NULL, revoked_at INTEGER NOT NULL,
    PRIMARY KEY (device) ) WITHOUT ROWID, STRICT
-- next
CREATE TRIGGER till_revoked_no_update BEFORE UPDATE ON till_revoked BEGIN SELECT RAISE(ABORT, 'till_revoked is append-only'); END
-- next
CREATE TRIGGER till_revoked_no_delete BEFORE DELETE ON till_revoked BEGIN SELECT RAISE(ABORT, 'till_revoked is append-only'); END
-- next
CREATE TRIGGER till_revoked_no_replace BEFORE INSERT ON till_revoked WHEN EXISTS (SELECT 1 FROM till_revoked WHERE device = NEW.device) BEGIN SELECT RAISE(ABORT, 'till_revoked has this row already'); END
-- next
CREATE TABLE till_shift ( id BLOB NOT NULL, store TEXT NOT NULL, operator TEXT NOT NULL, currency TEXT NOT NULL, number INTEGER NOT NULL, request TEXT NOT NULL, since_at INTEGER NOT NULL, closed_at INTEGER NOT NULL, device TEXT NOT NULL, line_count INTEGER NOT NULL, receipts INTEGER NOT NULL, amount_minor INTEGER NOT NULL, counted_receipts INTEGER NOT NULL, counted_minor INTEGER NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT till_shift_number UNIQUE (store, operator, currency, number),
    CONSTRAINT till_shift_request UNIQUE (operator, request),
    CONSTRAINT till_shift_whole CHECK (number >= 1 AND line_count >= 1),
    CONSTRAINT till_shift_receipts CHECK (receipts BETWEEN 0 AND line_count),
    CONSTRAINT till_shift_counted CHECK (counted_receipts >= 0 AND counted_minor >= 0),
    CONSTRAINT till_shift_time CHECK (since_at <= closed_at) ) WITHOUT ROWID, STRICT
-- next
CREATE TRIGGER till_shift_no_update BEFORE UPDATE ON till_shift BEGIN SELECT RAISE(ABORT, 'till_shift is append-only'); END
-- next
CREATE TRIGGER till_shift_no_delete BEFORE DELETE ON till_shift BEGIN SELECT RAISE(ABORT, 'till_shift is append-only'); END
-- next
CREATE TRIGGER till_shift_no_replace BEFORE INSERT ON till_shift WHEN EXISTS (SELECT 1 FROM till_shift WHERE id = NEW.id) OR EXISTS (SELECT 1 FROM till_shift WHERE operator = NEW.operator AND request = NEW.request) OR EXISTS (SELECT 1 FROM till_shift WHERE store = NEW.store AND operator = NEW.operator AND currency = NEW.currency AND number = NEW.number) BEGIN SELECT RAISE(ABORT, 'till_shift has this row already'); END
-- next
CREATE TABLE till_shift_line ( entry BLOB NOT NULL, shift BLOB NOT NULL,
    PRIMARY KEY (entry) ) WITHOUT ROWID, STRICT
-- next
CREATE INDEX till_shift_line_shift ON till_shift_line (shift)
-- next
CREATE TRIGGER till_shift_line_no_update BEFORE UPDATE ON till_shift_line BEGIN SELECT RAISE(ABORT, 'till_shift_line is append-only'); END
-- next
CREATE TRIGGER till_shift_line_no_delete BEFORE DELETE ON till_shift_line BEGIN SELECT RAISE(ABORT, 'till_shift_line is append-only'); END
-- next
CREATE TRIGGER till_shift_line_no_replace BEFORE INSERT ON till_shift_line WHEN EXISTS (SELECT 1 FROM till_shift_line WHERE entry = NEW.entry) BEGIN SELECT RAISE(ABORT, 'till_shift_line has this row already'); END
-- next
CREATE TABLE training ( operator TEXT NOT NULL, topic TEXT NOT NULL, day TEXT NOT NULL, trainer TEXT NOT NULL, store TEXT, made_by TEXT NOT NULL, made_at INTEGER NOT NULL,
    PRIMARY KEY (operator, topic, day),
    CONSTRAINT training_by_another CHECK (operator <> trainer) ) WITHOUT ROWID, STRICT
-- next
CREATE TRIGGER training_no_update BEFORE UPDATE ON training BEGIN SELECT RAISE(ABORT, 'training is append-only'); END
-- next
CREATE TRIGGER training_no_delete BEFORE DELETE ON training BEGIN SELECT RAISE(ABORT, 'training is append-only'); END
-- next
CREATE TRIGGER training_no_replace BEFORE INSERT ON training WHEN EXISTS (SELECT 1 FROM training WHERE operator = NEW.operator AND topic = NEW.topic AND day = NEW.day) BEGIN SELECT RAISE(ABORT, 'training has this row already'); END
-- next
CREATE TABLE training_plan ( role TEXT NOT NULL, topic TEXT NOT NULL, made_by TEXT NOT NULL, made_at INTEGER NOT NULL,
    PRIMARY KEY (role, topic) ) WITHOUT ROWID, STRICT
-- next
CREATE TABLE training_rule ( programme TEXT NOT NULL, role TEXT NOT NULL, topic TEXT NOT NULL, made_by TEXT NOT NULL, made_at INTEGER NOT NULL,
    PRIMARY KEY (programme, role, topic),
    CONSTRAINT training_rule_role CHECK (role <> 'admin') ) WITHOUT ROWID, STRICT
-- next
CREATE TABLE verification_member ( sample TEXT NOT NULL, place INTEGER NOT NULL, person TEXT NOT NULL,
    PRIMARY KEY (sample, place) ) WITHOUT ROWID, STRICT
-- next
CREATE TRIGGER verification_member_no_update BEFORE UPDATE ON verification_member BEGIN SELECT RAISE(ABORT, 'verification_member is append-only'); END
-- next
CREATE TRIGGER verification_member_no_delete BEFORE DELETE ON verification_member BEGIN SELECT RAISE(ABORT, 'verification_member is append-only'); END
-- next
CREATE TRIGGER verification_member_no_replace BEFORE INSERT ON verification_member WHEN EXISTS (SELECT 1 FROM verification_member WHERE sample = NEW.sample AND place = NEW.place) BEGIN SELECT RAISE(ABORT, 'verification_member has this row already'); END
-- next
CREATE TABLE verification_result ( id BLOB NOT NULL, sample TEXT NOT NULL, person TEXT NOT NULL, result TEXT NOT NULL, date TEXT NOT NULL, note_sealed BLOB, checked_by TEXT NOT NULL, checked_at INTEGER NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT verification_result_word CHECK (result IN ('seen', 'differs', 'refused', 'not-found')) ) WITHOUT ROWID, STRICT
-- next
CREATE INDEX verification_result_sample ON verification_result (sample)
-- next
CREATE TRIGGER verification_result_no_update BEFORE UPDATE ON verification_result BEGIN SELECT RAISE(ABORT, 'verification_result is append-only'); END
-- next
CREATE TRIGGER verification_result_no_delete BEFORE DELETE ON verification_result BEGIN SELECT RAISE(ABORT, 'verification_result is append-only'); END
-- next
CREATE TRIGGER verification_result_no_replace BEFORE INSERT ON verification_result WHEN EXISTS (SELECT 1 FROM verification_result WHERE id = NEW.id) BEGIN SELECT RAISE(ABORT, 'verification_result has this row already'); END
-- next
CREATE TABLE verification_sample ( number TEXT NOT NULL, frame TEXT NOT NULL, city TEXT, seed TEXT NOT NULL, share_percent INTEGER NOT NULL, frame_count INTEGER NOT NULL, frame_hash BLOB NOT NULL, drawn_by TEXT NOT NULL, drawn_at INTEGER NOT NULL,
    PRIMARY KEY (number),
    CONSTRAINT verification_sample_share CHECK (share_percent BETWEEN 5 AND 15),
    CONSTRAINT verification_sample_frame CHECK (frame IN ('enrolled', 'eligible')) ) WITHOUT ROWID, STRICT
-- next
CREATE TRIGGER verification_sample_no_update BEFORE UPDATE ON verification_sample BEGIN SELECT RAISE(ABORT, 'verification_sample is append-only'); END
-- next
CREATE TRIGGER verification_sample_no_delete BEFORE DELETE ON verification_sample BEGIN SELECT RAISE(ABORT, 'verification_sample is append-only'); END
-- next
CREATE TRIGGER verification_sample_no_replace BEFORE INSERT ON verification_sample WHEN EXISTS (SELECT 1 FROM verification_sample WHERE number = NEW.number) BEGIN SELECT RAISE(ABORT, 'verification_sample has this row already'); END
-- next
CREATE TABLE voucher ( id BLOB NOT NULL, serial TEXT NOT NULL, code_hash BLOB NOT NULL, code_sealed BLOB NOT NULL, batch BLOB NOT NULL, round TEXT NOT NULL, city TEXT NOT NULL, category TEXT NOT NULL, beneficiary TEXT NOT NULL, language TEXT NOT NULL, part INTEGER NOT NULL, generation INTEGER NOT NULL, currency TEXT NOT NULL, face_minor INTEGER NOT NULL, spent_minor INTEGER NOT NULL, closed_minor INTEGER NOT NULL, state TEXT NOT NULL, valid_from TEXT NOT NULL, valid_until TEXT NOT NULL, opens_at INTEGER NOT NULL, closes_at INTEGER NOT NULL, successor BLOB, last_seq INTEGER NOT NULL, last_hash BLOB NOT NULL, last_at INTEGER NOT NULL,
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
    CONSTRAINT voucher_part CHECK (part >= 1 AND generation >= 0) ) WITHOUT ROWID, STRICT
-- next
CREATE INDEX voucher_batch ON voucher (batch, beneficiary, category)
