-- The catalogue of a fresh install (decisions, Seeds): the document's rose and a few more, prices in fen.
INSERT INTO gifts (key, name, price) VALUES
	('gift_001', '玫瑰', 1),
	('gift_002', '棒棒糖', 10),
	('gift_003', '热茶', 100),
	('gift_004', '蛋糕', 660),
	('gift_005', '花束', 1880),
	('gift_006', '钻戒', 9900);
